namespace OpenCvSharp;

public class OpenCVException(ErrorCode status, string funcName, string errMsg, string fileName, int line) : Exception(errMsg)
{
    public ErrorCode Status { get; set; } = status;

    public string FuncName { get; set; } = funcName;

    public string ErrMsg { get; set; } = errMsg;

    public string FileName { get; set; } = fileName;

    public int Line { get; set; } = line;
}
