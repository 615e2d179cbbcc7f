using Edge.Features;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Tuning;

namespace Edge.Training.Commands;

/// <summary>Makes a bundle's profiles from held-out pictures: chooses settings on some of them, and calibrates every profile on the others.</summary>
internal static class ProfileFactory
{
    /// <param name="calibrator">Runs the network.</param>
    /// <param name="options">Of its training.</param>
    /// <param name="pictures">Of its training.</param>
    /// <param name="backbone">Of the bundle.</param>
    /// <param name="seed">Of the synthetic defects.</param>
    /// <param name="log">Told of every step.</param>
    /// <returns>The profiles in fp32, and how their settings were chosen.</returns>
    public static (Dictionary<ProfileKey, Profile> Profiles, string Report) Make(Calibrator calibrator, FitOptions options, PictureSet pictures, Backbone backbone,
        ulong seed, Action<string> log)
    {
        var shape = pictures.Fitting.Select(p => p.Shape).OrderBy(s => s.Pixels).ElementAt(pictures.Fitting.Count / 2);
        log($"Choosing settings on {pictures.Fitting.Count} held-out pictures and copies of them with synthetic defects ...");
        var trial = TrialSet.Of(pictures.Fitting, seed);
        int[][] known = [.. DefaultProfiles.Levels.Where(levels => levels.All(t => t < options.TMax)).DefaultIfEmpty(DefaultProfiles.Levels[0])];
        var (levels, ofLevels) = Choose("Levels of T scales", known, at => string.Join(' ', at), at => DefaultProfiles.TScales(at, options.TMax, shape));
        var (sampler, ofSampler) = Choose("Reconstruction", DefaultProfiles.Samplers(options.TMax), s => $"T' {s.StartT}, w {s.ConditionWeight}", s => DefaultProfiles.Rebuild(s, shape));

        var profiles = DefaultProfiles.For(levels, sampler, options.TMax, shape, pictures.Training.Sum(p => (long)p.Shape.Pixels), backbone.Layers[0].Name);
        log($"Calibrating {string.Join(", ", profiles.Keys)} on {pictures.Calibration.Count} other held-out pictures ...");
        return (calibrator.Calibrate(profiles, pictures.ForCalibration(), progress: Steps(log)), $"{ofLevels.Report()}\n{ofSampler.Report()}");

        (T Chosen, Choice Choice) Choose<T>(string setting, IReadOnlyList<T> answers, Func<T, string> name, Func<T, Reading> reading)
        {
            var choice = Tuner.Choose(calibrator, setting, [.. answers.Select(answer => (name(answer), new Profile { Readings = [reading(answer)] }))], pictures.Channels, trial, seed);
            log(choice.Line);
            return (answers[choice.Chosen], choice);
        }
    }

    /// <summary>Says every tenth part that is done, so that a long calibration can be seen and stopped.</summary>
    public static Action<int, int> Steps(Action<string> log)
    {
        var said = 0;
        return (done, all) =>
        {
            if (10 * done / all <= said)
                return;
            said = 10 * done / all;
            log($"  {said}0 %");
        };
    }
}
