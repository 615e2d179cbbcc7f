using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Tests.Diffusion;

public class ConditionedSamplerTests
{
    private static readonly NoiseSchedule Schedule = new();
    private static readonly PictureShape Pixel = new(1, 1, 1);

    [Theory]
    [InlineData(2, 0, new[] { 1.790089, 1.639811, 1.477653, 1.304598, 1.122050, 0.931983, 0.737298, 0.542858, 0.358928, 0.206605, 0.204570 })]
    [InlineData(2, 4, new[] { 1.790089, 1.992080, 2.123772, 2.174665, 2.135755, 2.000430, 1.766060, 1.437799, 1.040628, 0.646017, 0.640197 })]
    [InlineData(2, 11, new[] { 1.790089, 2.608553, 3.247882, 3.677167, 3.869548, 3.804758, 3.473333, 2.885979, 2.101589, 1.289399, 1.277490 })]
    [InlineData(0.1, 0, new[] { 0.418106, 0.383006, 0.345131, 0.304711, 0.262074, 0.217681, 0.172209, 0.126794, 0.083834, 0.048256, 0.047781 })]
    [InlineData(0.1, 4, new[] { 0.418106, 0.399537, 0.375295, 0.345079, 0.308753, 0.266417, 0.218555, 0.166420, 0.113251, 0.066499, 0.065858 })]
    public void Denoise_CompatibleMode_MatchesTheTable(float y0, double w, double[] expected)
    {
        var x = new[] { (float)(Schedule.SqrtAbar(250) * y0 + Schedule.SqrtOneMinusAbar(250) * 0.5) };
        var seen = new List<double>();
        var options = new SamplerOptions { ConditionWeight = w, Compatible = true };
        var evaluations = ConditionedSampler.Denoise(new GaussianDenoiser(Schedule), Schedule, options, [y0], Pixel, 0, new DiffusionScratch(), x,
            (_, values) => seen.Add(values[0]));

        Assert.Equal(10, evaluations);
        Assert.Equal(expected.Length, seen.Count);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], seen[i], 1e-5);
        Assert.Equal(seen[^1], x[0]);
    }

    [Theory]
    [InlineData(true, 250)]
    [InlineData(false, 225)]
    public void Noise_EitherMode_StartsAtItsIndex(bool compatible, int index)
    {
        float[] picture = [-1, 0.25f, 1], z = new float[3], x = new float[3];
        PhiloxNoise.Fill(z, 77, NoiseStream.Start);
        ConditionedSampler.Noise(Schedule, new SamplerOptions { Compatible = compatible }, picture, new(1, 1, 3), 77, new DiffusionScratch(), x);

        for (var i = 0; i < 3; i++)
            Assert.Equal(Schedule.SqrtAbar(index) * picture[i] + Schedule.SqrtOneMinusAbar(index) * z[i], x[i], 1e-6);
    }

    [Fact]
    public void Noise_Noiseless_OnlyShrinksThePicture()
    {
        float[] picture = [-1, 0.25f, 1], x = new float[3];
        ConditionedSampler.Noise(Schedule, new SamplerOptions { StartT = 100, Skip = 25, Noiseless = true }, picture, new(1, 1, 3), 77, new DiffusionScratch(), x);

        // The first index that is denoised is 75.
        for (var i = 0; i < 3; i++)
            Assert.Equal(Schedule.SqrtAbar(75) * picture[i], x[i], 1e-6);
    }

    [Theory]
    [InlineData(0.1, 3.0)]
    [InlineData(2, 11.0)]
    public void Denoise_OneStep_ConditionsTheEstimateAsTheIdentitySays(float y0, double w)
    {
        // One index only, i = 0 with abar_j = 1: the output is the conditioned estimate itself.
        float start = 0.7f;
        var x = new[] { start };
        var options = new SamplerOptions { StartT = 25, Skip = 25, ConditionWeight = w };
        ConditionedSampler.Denoise(new GaussianDenoiser(Schedule), Schedule, options, [y0], Pixel, 0, new DiffusionScratch(), x);

        var x0hat = (start - Schedule.SqrtOneMinusAbar(0) * GaussianDenoiser.Eps(Schedule, start, 0)) / Schedule.SqrtAbar(0);
        Assert.Equal(x0hat + w * (1 - Schedule.Abar(0)) * (y0 - x0hat), x[0], 1e-6);
    }

    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(4, 0, 0, true)]
    [InlineData(11, 1, 0, true)]
    [InlineData(4, 0.5, 0.3, false)]
    [InlineData(0, 0, 0.1, false)]
    public void Reconstruct_AnyOptions_EqualsALiteralTranscription(double w, double eta, double s, bool compatible)
    {
        var shape = new PictureShape(3, 6, 7);
        var picture = Enumerable.Range(0, shape.Length).Select(i => (float)Math.Sin(i * 0.9)).ToArray();
        var options = new SamplerOptions
        {
            StartT = 120, Skip = 20, ConditionWeight = w, Eta = eta, GuidanceWeight = s, Compatible = compatible, BlurSigma = 1, BlurKernel = 5,
        };
        var actual = new float[shape.Length];
        var denoiser = new GaussianDenoiser(Schedule, 0.2, 0.3);
        var evaluations = ConditionedSampler.Reconstruct(denoiser, Schedule, options, picture, shape, 9, new DiffusionScratch(), actual);

        Assert.Equal(options.Evaluations, evaluations);
        Assert.Equal(evaluations, denoiser.Evaluations);
        var expected = Literal(picture, shape, options, 9);
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5);
    }

    [Theory]
    // Indices 0, 25 .. 225 lie below 250; 0 .. 250 below 251. Options outside their ranges have no steps.
    [InlineData(250, 25, 10)]
    [InlineData(251, 25, 11)]
    [InlineData(1, int.MaxValue, 1)]
    [InlineData(250, 0, 0)]
    [InlineData(0, 25, 0)]
    [InlineData(250, -1, 0)]
    [InlineData(int.MinValue, 1, 0)]
    public void Steps_AnyOptions_AreTheIndicesBelowTheStart(int startT, int skip, int steps) =>
        Assert.Equal(steps, new SamplerOptions { StartT = startT, Skip = skip }.Steps);

    [Fact]
    public void Denoise_NoWeights_IsPlainDdim()
    {
        // DDIM for the exact denoiser has a closed step: x_j / sqrt(abar_j s^2 + 1 - abar_j) would be constant for infinitely small steps;
        // for finite ones each step multiplies x by sqrt(abar_j / abar_i) (1 - b_i g_i) + b_j g_i with b = sqrt(1-abar), g = eps per unit x.
        var x = new[] { 0.8f };
        ConditionedSampler.Denoise(new GaussianDenoiser(Schedule), Schedule, new SamplerOptions(), [123f], Pixel, 0, new DiffusionScratch(), x);

        var expected = 0.8;
        for (var i = 225; i >= 0; i -= 25)
        {
            var (abar, next) = (Schedule.Abar(i), i == 0 ? 1 : Schedule.Abar(i - 25));
            var gain = GaussianDenoiser.Eps(Schedule, 1, i);
            expected *= Math.Sqrt(next / abar) * (1 - Math.Sqrt(1 - abar) * gain) + Math.Sqrt(1 - next) * gain;
        }
        Assert.Equal(expected, x[0], 1e-6);
    }

    [Fact]
    public void Denoise_GuidanceOfZero_IsTheSameToTheBitAndCostsNothing()
    {
        var shape = new PictureShape(1, 16, 16);
        var picture = Enumerable.Range(0, shape.Length).Select(i => MathF.Sin(i)).ToArray();
        var with = new SamplerOptions { ConditionWeight = 3, GuidanceWeight = 0, GuidanceLastSteps = 3, BlurSigma = 2 };
        var (denoiser, a, b) = (new GaussianDenoiser(Schedule), new float[shape.Length], new float[shape.Length]);
        var evaluations = ConditionedSampler.Reconstruct(denoiser, Schedule, with, picture, shape, 1, new DiffusionScratch(), a);
        ConditionedSampler.Reconstruct(denoiser, Schedule, new SamplerOptions { ConditionWeight = 3 }, picture, shape, 1, new DiffusionScratch(), b);

        Assert.Equal(10, evaluations);
        Assert.Equal(b, a);
    }

    [Fact]
    public void Denoise_GuidanceOnLastSteps_LeavesTheFirstStepsAlone()
    {
        var shape = new PictureShape(1, 16, 16);
        var picture = Enumerable.Range(0, shape.Length).Select(i => MathF.Sin(i)).ToArray();
        var plain = Trace(new SamplerOptions());
        var guided = Trace(new SamplerOptions { GuidanceWeight = 0.5, GuidanceLastSteps = 3 });

        Assert.Equal(13, new SamplerOptions { GuidanceWeight = 0.5, GuidanceLastSteps = 3 }.Evaluations);
        for (var step = 0; step <= 7; step++)
            Assert.Equal(plain[step], guided[step]);
        Assert.NotEqual(plain[8], guided[8]);

        List<float[]> Trace(SamplerOptions options)
        {
            var (seen, x) = (new List<float[]>(), (float[])picture.Clone());
            ConditionedSampler.Denoise(new GaussianDenoiser(Schedule), Schedule, options, picture, shape, 1, new DiffusionScratch(), x,
                (_, values) => seen.Add(values.ToArray()));
            return seen;
        }
    }

    [Fact]
    public void Denoise_EtaOfOne_KeepsTheForwardVariance()
    {
        // For data that is a single point the reverse step with eta = 1 must give back x_j ~ N(sqrt(abar_j) x0, 1 - abar_j).
        const float X0 = 0.4f;
        var shape = new PictureShape(1, 200, 200);
        var picture = new float[shape.Length];
        Array.Fill(picture, X0);
        var x = new float[shape.Length];
        var scratch = new DiffusionScratch();
        var options = new SamplerOptions { Eta = 1 };
        ConditionedSampler.Noise(Schedule, options, picture, shape, 3, scratch, x);
        var checkedSteps = 0;
        ConditionedSampler.Denoise(new GaussianDenoiser(Schedule, X0, 0), Schedule, options, picture, shape, 3, scratch, x, (step, values) =>
        {
            var j = 225 - 25 * step;
            if (j < 0)
                return;
            var (mean, square) = (0.0, 0.0);
            foreach (var v in values)
            {
                mean += v;
                square += (double)v * v;
            }
            mean /= values.Length;
            var variance = 1 - Schedule.Abar(j);
            Assert.Equal(Schedule.SqrtAbar(j) * X0, mean, 5 * Math.Sqrt(variance / values.Length));
            Assert.Equal(1, (square / values.Length - mean * mean) / variance, 5 * Math.Sqrt(2.0 / values.Length));
            checkedSteps++;
        });
        Assert.Equal(10, checkedSteps);
        Assert.All(x, v => Assert.Equal(X0, v, 1e-5f));
    }

    [Fact]
    public void Reconstruct_PictureAmongOthers_IsTheSameAsAlone()
    {
        var shape = new PictureShape(1, 9, 11);
        var options = new SamplerOptions { ConditionWeight = 4, Eta = 0.5, GuidanceWeight = 0.1, StartT = 100 };
        var pictures = Enumerable.Range(0, 3 * shape.Length).Select(i => MathF.Sin(i)).ToArray();
        float[] all = new float[pictures.Length], one = new float[shape.Length];
        ConditionedSampler.Reconstruct(new GaussianDenoiser(Schedule), Schedule, options, pictures, shape, 1, new DiffusionScratch(), all);
        ConditionedSampler.Reconstruct(new GaussianDenoiser(Schedule), Schedule, options, pictures.AsSpan(shape.Length, shape.Length), shape, 1,
            new DiffusionScratch(), one);

        Assert.Equal(one, all[shape.Length..(2 * shape.Length)]);
    }

    [Fact]
    public void Reconstruct_SteadyState_AllocatesNothing()
    {
        var shape = new PictureShape(1, 16, 16);
        var (denoiser, scratch) = (new GaussianDenoiser(Schedule), new DiffusionScratch());
        var options = new SamplerOptions { GuidanceWeight = 0.1, Eta = 1 };
        float[] picture = new float[shape.Length], result = new float[shape.Length];
        void Inspect() => ConditionedSampler.Reconstruct(denoiser, Schedule, options, picture, shape, 1, scratch, result);
        Inspect();

        var allocated = new AllocatedBytes();
        Inspect();
        Assert.Equal(0, allocated.Count);
    }

    [Fact]
    public void Validate_BadOption_NamesIt()
    {
        (string Name, SamplerOptions Options)[] bad =
        [
            ("start_t", new() { StartT = 0 }), ("start_t", new() { StartT = 1000 }), ("skip", new() { Skip = 0 }), ("eta", new() { Eta = 1.1 }),
            ("eta", new() { Eta = double.NaN }), ("condition_weight", new() { ConditionWeight = -1 }),
            ("guidance_weight", new() { GuidanceWeight = -0.1 }),
            ("guidance_last_steps", new() { GuidanceLastSteps = -1 }),
            ("blur_sigma", new() { BlurSigma = 0 }), ("blur_kernel", new() { BlurKernel = 30 }),
        ];

        Assert.All(bad, b => Assert.Contains(b.Name, Assert.Throws<ArgumentException>(() => b.Options.Validate(Schedule)).Message));
    }

    /// <summary>DDAD's loop with blur guidance, line by line as methods write it, in doubles and with plain loops.</summary>
    private static double[] Literal(float[] picture, PictureShape shape, SamplerOptions o, ulong seed)
    {
        var sequence = new List<int>();
        for (var i = 0; i < o.StartT; i += o.Skip)
            sequence.Add(i);
        sequence.Reverse();
        var start = o.Compatible ? o.StartT : sequence[0];
        var z = new float[picture.Length];
        PhiloxNoise.Fill(z, seed, NoiseStream.Start);
        var x = picture.Select((v, k) => Math.Sqrt(Schedule.Abar(start)) * v + Math.Sqrt(1 - Schedule.Abar(start)) * z[k]).ToArray();
        for (var n = 0; n < sequence.Count; n++)
        {
            var i = sequence[n];
            var at = Schedule.Abar(i);
            var aj = n + 1 < sequence.Count ? Schedule.Abar(sequence[n + 1]) : 1;
            var e = x.Select(v => GaussianDenoiser.Eps(Schedule, v, i, 0.2, 0.3)).ToArray();
            var estimate = x.Select((v, k) => Math.Clamp((v - Math.Sqrt(1 - at) * e[k]) / Math.Sqrt(at), -1, 1)).ToArray();
            var blurred = Blur(estimate, shape, o.BlurSigma, o.BlurKernel / 2);
            var degraded = blurred.Select((v, k) => Math.Sqrt(at) * v + Math.Sqrt(1 - at) * e[k]);
            var eTilde = degraded.Select(v => GaussianDenoiser.Eps(Schedule, v, i, 0.2, 0.3)).ToArray();
            var fresh = new float[x.Length];
            PhiloxNoise.Fill(fresh, seed, NoiseStream.Step(i));
            for (var k = 0; k < x.Length; k++)
            {
                var y = Math.Sqrt(at) * picture[k] + Math.Sqrt(1 - at) * e[k];
                var ehat = e[k] + o.GuidanceWeight * (e[k] - eTilde[k]) - o.ConditionWeight * Math.Sqrt(1 - at) * (y - x[k]);
                var x0hat = (x[k] - Math.Sqrt(1 - at) * ehat) / Math.Sqrt(at);
                var c1 = o.Eta * Math.Sqrt((1 - at / aj) * (1 - aj) / (1 - at));
                var c2 = Math.Sqrt(1 - aj - c1 * c1);
                x[k] = Math.Sqrt(aj) * x0hat + c1 * fresh[k] + c2 * ehat;
            }
        }
        return x;
    }

    private static double[] Blur(double[] x, PictureShape shape, double sigma, int radius)
    {
        var result = new double[x.Length];
        for (var c = 0; c < shape.Channels; c++)
            for (var p = 0; p < shape.Pixels; p++)
            {
                double sum = 0, total = 0;
                for (var dy = -radius; dy <= radius; dy++)
                    for (var dx = -radius; dx <= radius; dx++)
                    {
                        var (row, column) = (Math.Abs(p / shape.Width + dy), Math.Abs(p % shape.Width + dx));
                        row = row < shape.Height ? row : 2 * shape.Height - 2 - row;
                        column = column < shape.Width ? column : 2 * shape.Width - 2 - column;
                        var weight = Math.Exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
                        total += weight;
                        sum += weight * x[c * shape.Pixels + row * shape.Width + column];
                    }
                result[c * shape.Pixels + p] = sum / total;
            }
        return result;
    }
}
