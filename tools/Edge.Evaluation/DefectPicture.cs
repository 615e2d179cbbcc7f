using Edge.Runtime;
using Edge.Runtime.Imaging;

namespace Edge.Evaluation;

/// <summary>A picture of a test set.</summary>
/// <param name="File">The picture.</param>
/// <param name="Kind">What is wrong with it, its folder's name; null for a good picture.</param>
/// <param name="MaskFiles">Its ground truth, one or more masks whose union counts; none for a good picture or a set without ground truth.</param>
internal sealed record DefectPicture(string File, string? Kind, IReadOnlyList<string> MaskFiles)
{
    /// <summary>Reads the ground truth and checks that it fits the picture.</summary>
    /// <returns>[H, W] row by row, not 0 = defective; null where there is no mask.</returns>
    /// <exception cref="PictureException">Picture or mask cannot be read, or their sizes differ.</exception>
    public byte[]? ReadMask() => MaskFiles.Count == 0 ? null : ReadTruth().Mask;

    /// <summary>Reads the picture for its size, and the ground truth.</summary>
    /// <param name="significantBits">Bits of the picture's 16-bit values that the sensor fills; 0 takes what the file says.</param>
    /// <returns>The picture's columns and rows, and the mask as <see cref="ReadMask"/> gives it.</returns>
    /// <exception cref="PictureException">The picture or masks cannot be read, or their sizes differ; the message names each.</exception>
    public (int Width, int Height, byte[]? Mask) ReadTruth(int significantBits = 0)
    {
        using var picture = PictureFile.Read(File, significantBits);
        if (MaskFiles.Count == 0)
            return (picture.Width, picture.Height, null);
        var defective = new byte[picture.Width * picture.Height];
        PictureFile.Each(MaskFiles, file => Add(file, picture, defective));
        return (picture.Width, picture.Height, defective);
    }

    private void Add(string file, DecodedPicture picture, byte[] defective)
    {
        using var decoded = PictureFile.Read(file);
        var mask = decoded.AsFrame();
        if (mask.Width != picture.Width || mask.Height != picture.Height)
            throw new PictureException(
                $"{file}: the mask has {mask.Width} x {mask.Height} pixels, its picture {File} {picture.Width} x {picture.Height}; they must be equal.");

        // Kinds of defect may be numbered from 1, so whatever is not black counts. JPEG blurs black's edges; there half of white does.
        var least = (byte)(decoded.Format == "JPEG" ? 128 : 1);
        var step = mask.Channels * mask.BytesPerChannel;
        for (var y = 0; y < mask.Height; y++)
            for (var x = 0; x < mask.Width; x++)
                if (mask.Row(y).Slice(x * step, step).ContainsAnyInRange(least, byte.MaxValue))
                    defective[y * mask.Width + x] = 1;
    }
}
