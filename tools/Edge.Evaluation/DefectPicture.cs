using Edge.Runtime;
using Edge.Runtime.Imaging;

namespace Edge.Evaluation;

/// <summary>A picture of a test set.</summary>
/// <param name="File">The picture.</param>
/// <param name="MaskFile">Its ground truth, null for a good picture.</param>
public sealed record DefectPicture(string File, string? MaskFile)
{
    /// <summary>What is wrong with it, its folder's name; null for a good picture.</summary>
    public string? Kind => MaskFile is null ? null : Path.GetFileName(Path.GetDirectoryName(File));

    /// <summary>Reads the ground truth and checks that it fits the picture.</summary>
    /// <returns>[H, W] row by row, not 0 = defective; null for a good picture.</returns>
    /// <exception cref="PictureException">Picture or mask cannot be read, or their sizes differ.</exception>
    public byte[]? ReadMask()
    {
        if (MaskFile is null)
            return null;

        using var picture = PictureFile.Read(File);
        using var decoded = PictureFile.Read(MaskFile);
        var mask = decoded.AsFrame();
        if (mask.Width != picture.Width || mask.Height != picture.Height)
            throw new PictureException(
                $"{MaskFile}: the mask has {mask.Width} x {mask.Height} pixels, its picture {File} {picture.Width} x {picture.Height}; they must be equal.");

        var defective = new byte[mask.Width * mask.Height];
        var step = mask.Channels * mask.BytesPerChannel;
        for (var y = 0; y < mask.Height; y++)
        {
            var row = mask.Pixels.Slice(y * mask.Stride, mask.Width * step);
            for (var x = 0; x < mask.Width; x++)
                defective[y * mask.Width + x] = row.Slice(x * step, step).ContainsAnyExcept((byte)0) ? (byte)1 : (byte)0;
        }
        return defective;
    }
}
