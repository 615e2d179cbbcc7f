using System.Diagnostics;
using System.Text.Json;
using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Training.Data;
using Edge.Training.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Edge.Training.Learning;

/// <summary>
/// Trains a U-Net to predict the noise in noised crops of good pictures (Ho et al., arXiv 2006.11239, the simple loss) and, by the cross-entropy
/// of every pixel, the log-odds that it is spoiled in crops without noise. The best answer to the latter is the logarithm of a ratio of
/// densities, spoiled to good (Sugiyama et al., Density Ratio Estimation, 2012): the one number that the score's gradient does not give.
/// </summary>
internal sealed class Trainer : IDisposable
{
    private const double MaxGradientNorm = 1;

    /// <summary>From this share of the training on normalisations use the statistics they have gathered, as they will in use, and no longer those of the
    /// batch: as the learning rate falls, the network learns to read the batch instead, where pictures differ much from one another.</summary>
    private const double SettledFrom = 0.6;

    private const int HeldOutEvery = 100;
    private const int HeldOutBatches = 4;
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FinalisersEvery = TimeSpan.FromSeconds(1);

    private readonly FitOptions options;
    private readonly string checkpointPath;
    private readonly Device device;
    private readonly UNetModel model;
    private readonly ExponentialMovingAverage average;
    private readonly AdamW optimizer;
    private readonly BatchSampler training;
    private readonly BatchSampler heldOut;
    private Checkpoint state;
    private Task<Batch>? next;

    /// <param name="pictures">What to train on and what to watch.</param>
    /// <param name="options">How; must be valid.</param>
    /// <param name="checkpointPath">Where the training is kept.</param>
    /// <param name="resume">Go on from the checkpoint instead of starting anew.</param>
    public Trainer(PictureSet pictures, FitOptions options, string checkpointPath, bool resume)
    {
        (this.options, this.checkpointPath) = (options, checkpointPath);
        device = OpenDevice(options.Device);
        var precision = options.Precision == TrainingPrecision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        // It draws numbers too, so the seed is set after it.
        GradientCheck.Require(options.Network, precision, options.Crop, device);
        manual_seed((long)options.Seed);
        model = new UNetModel(options.Network) { Precision = precision }.to(device);
        average = new ExponentialMovingAverage(new UNetModel(options.Network).to(device));
        average.Model.eval();
        optimizer = optim.AdamW(Learnt, options.LearningRate, weight_decay: options.WeightDecay);

        var schedule = new NoiseSchedule();
        training = new BatchSampler(pictures.Training, options, schedule, options.Seed);
        heldOut = new BatchSampler(pictures.HeldOut, options with { Flip = false, VaryExposure = false, VaryGeometry = false }, schedule, ~options.Seed, HeldOutBatches);

        state = new Checkpoint { Options = options, Pictures = pictures.Fingerprint };
        if (resume)
            Resume(pictures);
    }

    /// <summary>The averaged weights: what is exported.</summary>
    public UNetModel Average => average.Model;

    public Checkpoint State => state;

    /// <summary>Runs to the end, or until asked to stop; either way the last state is on disk when it returns.</summary>
    /// <param name="report">Called after every step.</param>
    /// <param name="stop">Stops after the step in hand.</param>
    /// <returns>Whether the training reached its end.</returns>
    public bool Run(Action<TrainingProgress> report, CancellationToken stop)
    {
        model.train();
        var before = state.Elapsed;
        var clock = Stopwatch.StartNew();
        var (saved, measured, stepsMeasured, speed) = (clock.Elapsed, clock.Elapsed, state.Step, 0.0);
        while (GoesOn())
        {
            // To take hold of the finalisers takes some tenths of a millisecond, more on a busy machine. What waits for them can wait a second.
            using var scope = new TorchScope(gradients: true);
            var end = clock.Elapsed + FinalisersEvery;
            do
                Advance();
            while (clock.Elapsed < end && GoesOn());
        }
        Save();
        return Share() >= 1;

        bool GoesOn() => Share() < 1 && !stop.IsCancellationRequested;

        void Advance()
        {
            var loss = Step();
            if (!float.IsFinite(loss))
                throw new InvalidOperationException($"The loss became {loss} at step {state.Step}; train again with a lower --learning-rate.");
            state.Loss.Add(loss);
            state = state with { Step = state.Step + 1, Elapsed = before + clock.Elapsed };
            if (state.Step % HeldOutEvery == 0)
                state.HeldOut.Add(new HeldOutLoss(state.Step, HeldOutLossNow()));

            if (clock.Elapsed - measured > TimeSpan.FromSeconds(5) || speed == 0)
            {
                speed = (state.Step - stepsMeasured) / (clock.Elapsed - measured).TotalSeconds;
                (measured, stepsMeasured) = (clock.Elapsed, state.Step);
            }
            report(new TrainingProgress(state.Step, Share(), loss, state.HeldOut.LastOrDefault()?.Loss, speed, Left(speed)));

            if (clock.Elapsed - saved > CheckpointEvery)
            {
                Save();
                saved = clock.Elapsed;
            }
        }
    }

    /// <summary>The noise that the averaged weights predict for one picture.</summary>
    public float[] Predict(float[] x, int t, PictureShape shape)
    {
        using var scope = new TorchScope();
        var input = tensor(x, [1, shape.Channels, shape.Height, shape.Width]).to(device);
        return average.Model.call(input, tensor([(float)t], [1]).to(device)).narrow(1, 0, shape.Channels).cpu().data<float>().ToArray();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        average.Model.Dispose();
        model.Dispose();
    }

    /// <summary>All parameters but the statistics of the normalisations.</summary>
    private IEnumerable<Parameter> Learnt => model.parameters().Where(p => p.requires_grad);

    private double Share() => options.Steps is { } steps ? (double)state.Step / steps : state.Elapsed / options.Budget!.Value;

    private TimeSpan Left(double speed) => options.Steps is { } steps
        ? TimeSpan.FromSeconds((steps - state.Step) / speed)
        : TimeSpan.FromTicks(Math.Max(0, (options.Budget!.Value - state.Elapsed).Ticks));

    private void Save() => state.Save(checkpointPath, model, average.Model, optimizer);

    private float Step()
    {
        using var scope = new TorchScope(gradients: true);
        if (Share() >= SettledFrom)
            model.eval();
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = LearningRateSchedule.At(options.LearningRate, state.Step, Share());
        // What a batch holds is a function of its step, so the next one can be drawn meanwhile.
        var batch = next?.GetAwaiter().GetResult() ?? training.Draw(state.Step);
        var step = state.Step + 1;
        next = Task.Run(() => training.Draw(step));
        var loss = Loss(model, batch);
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(Learnt, MaxGradientNorm);
        optimizer.step();
        average.Update(model, state.Step + 1);
        return loss.ToSingle();
    }

    /// <summary>On the same crops and noise every time, so that its values compare.</summary>
    private float HeldOutLossNow()
    {
        var sum = 0f;
        for (var i = 0; i < HeldOutBatches; i++)
        {
            using var scope = new TorchScope();
            sum += Loss(average.Model, heldOut.Draw(i)).ToSingle();
        }
        return sum / HeldOutBatches;
    }

    private Tensor Loss(UNetModel network, Batch batch)
    {
        var (channels, side, noised, clean) = (options.Network.Channels, options.Crop, options.Noised, options.Batch - options.Noised);
        var said = network.call(tensor(batch.Crops, [options.Batch, channels, side, side]).to(device), tensor(batch.T, [options.Batch]).to(device));
        var noise = tensor(batch.Noise, [noised, channels, side, side]).to(device);
        var spoiled = tensor(batch.Spoiled, [clean, 1, side, side]).to(device);
        var weight = tensor(batch.Weight, [clean, 1, side, side]).to(device);
        return nn.functional.mse_loss(said.narrow(0, 0, noised).narrow(1, 0, channels), noise)
            + nn.functional.binary_cross_entropy_with_logits(said.narrow(0, noised, clean).narrow(1, channels, 1), spoiled, weight);
    }

    private void Resume(PictureSet pictures)
    {
        var saved = Checkpoint.Load(checkpointPath, average.Model, model, optimizer);
        saved.RequireSame(pictures, checkpointPath);
        var (began, asked) = (JsonSerializer.Serialize(saved.Options), JsonSerializer.Serialize(options));
        if (began != asked)
            throw new BundleException($"{checkpointPath}: began with other options; repeat those, or train anew without --resume. Then {began}, now {asked}.");
        state = saved;
    }

    private static Device OpenDevice(string name)
    {
        TorchLibrary.EnsureLoaded();
        set_num_threads(Environment.ProcessorCount);
        if (name == "cpu")
            return CPU;
        if (!cuda.is_available())
            throw new DeviceException("--device cuda: this libtorch sees no CUDA device. On a PC with one, build with TorchDevice=cuda in the environment; or train with --device cpu.");
        return CUDA;
    }
}
