using Edge.Drawing.Charts;
using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Training.Data;
using Edge.Training.Learning;
using static TorchSharp.torch;

namespace Edge.Training.Commands;

/// <summary>What a person looks at after a training: the loss curve, and held-out pictures noised and denoised.</summary>
internal static class TrainingPictures
{
    private const int Rows = 4;
    private const ulong NoiseSeed = 1;

    /// <summary>Writes both. They are for a look only, so that a training does not fail where they cannot be written: that is said.</summary>
    public static void Save(Trainer trainer, PictureSet pictures, TrainingFolder folder, Action<string> log)
    {
        try
        {
            Write(trainer, pictures, folder);
        }
        catch (Exception e) when (e is EdgeException or IOException or UnauthorizedAccessException)
        {
            log($"The loss curve and previews could not be written: {TrainingException.FirstLine(e)}.");
        }
    }

    private static void Write(Trainer trainer, PictureSet pictures, TrainingFolder folder)
    {
        var state = trainer.State;
        LossCurve.Write(folder.LossCurve, [.. state.Loss.Select(l => (double)l)], [.. state.HeldOut.Select(h => ((int)h.Step, (double)h.Loss))]);

        var options = state.Options;
        var side = Math.Max(options.Crop, 128 / options.SizeMultiple * options.SizeMultiple);
        var shape = new PictureShape(options.Network.Channels, side, side);
        var schedule = new NoiseSchedule();
        int[] timesteps = [Math.Min(50, options.TMax - 1), Math.Min(200, options.TMax - 1)];
        var (sheet, rows) = (new List<float[]>(), new List<string>());
        foreach (var picture in pictures.Fitting.Take(Rows))
            foreach (var t in timesteps)
            {
                var (clean, noise) = (new float[shape.Length], new float[shape.Length]);
                picture.Crop(side, 0, 0, false, false, clean);
                PhiloxNoise.Fill(noise, NoiseSeed, (ulong)t);
                var (signal, spread) = ((float)schedule.SqrtAbar(t), (float)schedule.SqrtOneMinusAbar(t));
                var noised = clean.Zip(noise, (x, e) => signal * x + spread * e).ToArray();
                var eps = trainer.Predict(noised, t, shape);
                var denoised = noised.Zip(eps, (x, e) => (x - spread * e) / signal).ToArray();
                // Shown at twice its size around mid-grey: what is lost of a normal picture should look like noise.
                var residual = denoised.Zip(clean, (a, b) => 2 * (a - b)).ToArray();
                sheet.AddRange([clean, noised, denoised, residual]);
                rows.Add($"t = {t}");
            }
        ContactSheet.Write(folder.Previews, shape, sheet, ["clean", "noised", "denoised", "difference"], rows);
    }
}
