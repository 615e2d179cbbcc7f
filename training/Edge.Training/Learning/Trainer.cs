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
/// Trains a U-Net to predict the noise in noised crops of good pictures (Ho et al., arXiv 2006.11239, the simple loss) and another one, by the cross-entropy
/// of every pixel, to tell the log-odds that it is spoiled in crops without noise. The best answer to the latter is the logarithm of a ratio of
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

    /// <summary>A training that goes back so often without a good checkpoint in between ends.</summary>
    private const int MostSetbacks = 3;

    private static readonly TimeSpan FinalisersEvery = TimeSpan.FromSeconds(1);

    private readonly FitOptions options;
    private readonly string checkpointPath;
    private readonly Action<string> log;
    private readonly TrainerHooks hooks;
    private readonly Device device;
    private readonly TrainedNetworks model;
    private readonly ExponentialMovingAverage average;
    private readonly AdamW optimizer;
    private readonly BatchSampler training;
    private readonly BatchSampler heldOut;
    private Checkpoint state;
    private Task<Batch>? next;
    private long savedStep = -1;
    private int setbacks;
    private bool unsaved;

    /// <param name="pictures">What to train on and what to watch.</param>
    /// <param name="options">How; must be valid.</param>
    /// <param name="checkpointPath">Where the training is kept.</param>
    /// <param name="resume">Go on from the checkpoint instead of starting anew.</param>
    /// <param name="log">Told of what goes wrong and is mended.</param>
    /// <param name="hooks">For tests.</param>
    /// <exception cref="BundleException">The checkpoint to resume is of other pictures, another network or other options.</exception>
    public Trainer(PictureSet pictures, FitOptions options, string checkpointPath, bool resume, Action<string>? log = null, TrainerHooks? hooks = null)
    {
        (this.options, this.checkpointPath) = (options, checkpointPath);
        (this.log, this.hooks) = (log ?? (_ => { }), hooks ?? new TrainerHooks());
        device = OpenDevice(options.Device);
        var precision = options.Precision == TrainingPrecision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        // It draws numbers too, so the seed is set after it.
        GradientCheck.Require(options, precision, device);
        manual_seed((long)options.Seed);
        model = new TrainedNetworks(options.Network, options.DefectNetwork, precision).to(device);
        average = new ExponentialMovingAverage(new TrainedNetworks(options.Network, options.DefectNetwork).to(device));
        average.Model.eval();
        optimizer = optim.AdamW(TrainedNetworks.Learnt(model), options.LearningRate, weight_decay: options.WeightDecay);

        var schedule = new NoiseSchedule();
        Variation = PictureVariation.Measure(pictures.Training);
        training = new BatchSampler(pictures.Training, options, schedule, options.Seed, Variation);
        heldOut = new BatchSampler(pictures.Fitting, options with { Flip = false }, schedule, ~options.Seed, spread: HeldOutBatches);

        state = new Checkpoint { Options = options, Pictures = pictures.Fingerprint };
        if (resume)
            Resume(pictures);
    }

    /// <summary>The averaged weights: what is exported.</summary>
    public TrainedNetworks Average => average.Model;

    public Checkpoint State => state;

    /// <summary>How far crops vary: as the pictures do.</summary>
    public PictureVariation Variation { get; }

    /// <summary>
    /// Runs to the end, or until asked to stop; either way the last state is on disk when it returns. A loss, gradient or weight that is not finite
    /// takes the training back to the last checkpoint, at half the learning rate. A checkpoint holds only weights whose loss is finite.
    /// </summary>
    /// <param name="report">Called after every step.</param>
    /// <param name="stop">Stops after the step in hand.</param>
    /// <returns>Whether the training reached its end.</returns>
    /// <exception cref="TrainingException">It went back three times in a row, or memory, disk or libtorch failed. The last good checkpoint stands.</exception>
    public bool Run(Action<TrainingProgress> report, CancellationToken stop)
    {
        try
        {
            // What a training that fails at once goes back to; and a disk that cannot hold a checkpoint shows before the hours, not after.
            if (savedStep < 0)
                Save();
            var (before, clock) = (state.Elapsed, Stopwatch.StartNew());
            for (Train(report, before, clock, stop); !IsSound(); Train(report, before, clock, stop))
                GoBack("the loss of the weights is not finite");
            SaveAtEnd(stop);
            return Share() >= 1;
        }
        catch (Exception e) when (TrainingException.From(e) is not null)
        {
            throw TrainingException.From(e, savedStep >= 0 ? $" The checkpoint of step {savedStep} stands; the same command with --resume goes on from there." : "")!;
        }
    }

    /// <summary>The noise that the averaged weights predict for one picture.</summary>
    public float[] Predict(float[] x, int t, PictureShape shape)
    {
        using var scope = new TorchScope();
        var input = tensor(x, [1, shape.Channels, shape.Height, shape.Width]).to(device);
        return average.Model.denoiser.call(input, tensor([(float)t], [1]).to(device)).cpu().data<float>().ToArray();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        average.Model.Dispose();
        model.Dispose();
    }

    private double Share() => options.Steps is { } steps ? (double)state.Step / steps : state.Elapsed / options.Budget!.Value;

    private TimeSpan Left(double speed) => options.Steps is { } steps
        ? TimeSpan.FromSeconds((steps - state.Step) / speed)
        : TimeSpan.FromTicks(Math.Max(0, (options.Budget!.Value - state.Elapsed).Ticks));

    private void Train(Action<TrainingProgress> report, TimeSpan before, Stopwatch clock, CancellationToken stop)
    {
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

        bool GoesOn() => Share() < 1 && !stop.IsCancellationRequested;

        void Advance()
        {
            var (loss, fault) = Step();
            // Time that was lost is time that was used.
            state = state with { Elapsed = before + clock.Elapsed };
            if (fault is not null)
            {
                GoBack(fault);
                (saved, measured, stepsMeasured) = (clock.Elapsed, clock.Elapsed, state.Step);
                return;
            }
            state.Loss.Add(loss);
            state = state with { Step = state.Step + 1 };
            if (state.Step % HeldOutEvery == 0)
            {
                var heldOutLoss = hooks.HeldOutLoss(state.Step, HeldOutLossNow());
                if (!float.IsFinite(heldOutLoss))
                {
                    GoBack($"the loss on held-out pictures is {heldOutLoss}");
                    return;
                }
                state.HeldOut.Add(new HeldOutLoss(state.Step, heldOutLoss));
            }

            if (clock.Elapsed - measured > TimeSpan.FromSeconds(5) || speed == 0)
            {
                speed = (state.Step - stepsMeasured) / (clock.Elapsed - measured).TotalSeconds;
                (measured, stepsMeasured) = (clock.Elapsed, state.Step);
            }
            report(new TrainingProgress(state.Step, Share(), loss, state.HeldOut.LastOrDefault()?.Loss, speed, Left(speed)));

            if (clock.Elapsed - saved > hooks.CheckpointEvery)
            {
                if (IsSound())
                    TrySave();
                else
                    GoBack("the loss of the weights is not finite");
                saved = clock.Elapsed;
            }
        }
    }

    private void Save()
    {
        hooks.Saving(checkpointPath);
        state.Save(checkpointPath, model, average.Model, optimizer);
        savedStep = state.Step;
    }

    /// <summary>Saves, or says once that it cannot be done: the next try may find room.</summary>
    private bool TrySave()
    {
        try
        {
            Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!unsaved)
                log($"{checkpointPath}: cannot be written ({TrainingException.FirstLine(e)}). The training goes on and tries again; make room or free the folder. "
                    + $"The checkpoint of step {savedStep} stands.");
            unsaved = true;
            return false;
        }
        if (unsaved)
            log($"{checkpointPath}: written again, at step {state.Step}.");
        (unsaved, setbacks) = (false, 0);
        return true;
    }

    /// <summary>Saves what a training ends with. A disk that is full at that moment may have room a little later.</summary>
    private void SaveAtEnd(CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        while (!TrySave())
            if (clock.Elapsed >= hooks.PatienceAtEnd || stop.WaitHandle.WaitOne(hooks.RetryEvery))
                throw new TrainingException($"{checkpointPath}: cannot be written, so what was learnt after step {savedStep} is lost. Make room or free the folder; "
                    + "the same command with --resume goes on from there.", TrainingException.Device);
    }

    /// <summary>Takes everything back to the last checkpoint and halves the learning rate.</summary>
    private void GoBack(string why)
    {
        var failed = state;
        if (++setbacks == MostSetbacks)
            throw new TrainingException($"The training failed {MostSetbacks} times in a row, last at step {failed.Step} ({why}), in spite of lower learning rates. "
                + $"Train again with a lower --learning-rate than {options.LearningRate}; the checkpoint of step {savedStep} stands.", TrainingException.Usage);
        next = null;
        state = Checkpoint.Load(checkpointPath, average.Model, model, optimizer) with
        {
            Options = options, RateFactor = failed.RateFactor / 2, Elapsed = failed.Elapsed,
        };
        log($"Step {failed.Step}: {why}. The training goes back to step {state.Step}, its last checkpoint, at {state.RateFactor:0.###} times the learning rate.");
    }

    /// <summary>Whether weights and averages give a finite loss. A step from finite weights can lead to others.</summary>
    private bool IsSound()
    {
        using var scope = new TorchScope();
        var trained = model.training;
        model.eval();
        var batch = heldOut.Draw(0);
        var sound = float.IsFinite(Loss(model, batch).ToSingle()) && float.IsFinite(Loss(average.Model, batch).ToSingle());
        model.train(trained);
        return sound;
    }

    /// <returns>The loss before the step; and what is not finite, in which case no step was taken.</returns>
    private (float Loss, string? Fault) Step()
    {
        using var scope = new TorchScope(gradients: true);
        model.train(Share() < SettledFrom);
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = state.RateFactor * LearningRateSchedule.At(options.LearningRate, state.Step, Share());
        // What a batch holds is a function of its step, so the next one can be drawn meanwhile.
        var batch = next?.GetAwaiter().GetResult() ?? training.Draw(state.Step);
        var step = state.Step + 1;
        next = Task.Run(() => training.Draw(step));
        var loss = Loss(model, batch);
        var value = hooks.Loss(state.Step, loss.ToSingle());
        if (!float.IsFinite(value))
            return (value, $"the loss is {value}");
        optimizer.zero_grad();
        loss.backward();
        // Each by itself: they share nothing, and neither's large gradient is the other's concern.
        var largest = Math.Max(Clip(model.denoiser), Clip(model.defects));
        var norm = hooks.GradientNorm(state.Step, largest);
        if (!double.IsFinite(norm))
            return (value, $"the gradient's norm is {norm}");
        optimizer.step();
        average.Update(model, state.Step + 1);
        return (value, null);
    }

    private static double Clip(UNetModel network)
    {
        var norm = nn.utils.clip_grad_norm_(TrainedNetworks.Learnt(network), MaxGradientNorm);
        return double.IsFinite(norm) ? norm : double.PositiveInfinity;
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

    private Tensor Loss(TrainedNetworks networks, Batch batch)
    {
        var (channels, side, noised, clean) = (options.Network.Channels, options.Crop, options.Noised, options.Batch - options.Noised);
        var crops = tensor(batch.Crops, [options.Batch, channels, side, side]).to(device);
        var eps = networks.denoiser.call(crops.narrow(0, 0, noised), tensor(batch.T, [noised]).to(device));
        var logOdds = networks.defects.call(crops.narrow(0, noised, clean), null);
        var noise = tensor(batch.Noise, [noised, channels, side, side]).to(device);
        var spoiled = tensor(batch.Spoiled, [clean, 1, side, side]).to(device);
        var weight = tensor(batch.Weight, [clean, 1, side, side]).to(device);
        return nn.functional.mse_loss(eps, noise) + nn.functional.binary_cross_entropy_with_logits(logOdds, spoiled, weight);
    }

    private void Resume(PictureSet pictures)
    {
        var saved = Checkpoint.Load(checkpointPath, average.Model, model, optimizer);
        saved.RequireSame(pictures, checkpointPath);
        // How long and how fast it goes on is free; what it learns, and from what, is not.
        var began = saved.Options with { Budget = options.Budget, Steps = options.Steps, LearningRate = options.LearningRate, Precision = options.Precision };
        var (before, asked) = (JsonSerializer.Serialize(began), JsonSerializer.Serialize(options));
        if (before != asked)
            throw new BundleException($"{checkpointPath}: began with other options; repeat those (only --budget, --steps, --learning-rate, --precision and --device may change), "
                + $"or train anew without --resume. Then {before}, now {asked}.");
        state = saved with { Options = options, RateFactor = saved.Options.LearningRate == options.LearningRate ? saved.RateFactor : 1 };
        savedStep = saved.Step;
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
