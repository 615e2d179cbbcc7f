namespace Edge.Web;

/// <summary>A request that is answered with an error; the message is for whoever sent it.</summary>
internal sealed class WebException(int status, string message) : Exception(message)
{
    public int Status => status;
}
