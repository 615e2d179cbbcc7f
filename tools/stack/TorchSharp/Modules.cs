// Stand-in for TorchSharp 0.106 (see shim.cpp); delete it where the published package is served.
using System.Collections;
using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.Native;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public abstract class Module(string name) : IDisposable
            {
                private readonly List<(string name, Module module)> submodules = [];
                private readonly List<(string name, Parameter parameter)> parametersHere = [];
                private bool registered;

                public virtual string GetName() => name;

                /// <summary>Registers every field that holds a module or parameter under the field's name.</summary>
                protected virtual void RegisterComponents()
                {
                    if (registered)
                        return;
                    registered = true;
                    foreach (var field in GetType().GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
                        if (field.GetValue(this) is Module module)
                            register_module(field.Name, module);
                        else if (field.GetValue(this) is Parameter parameter)
                            register_parameter(field.Name, parameter);
                }

                public virtual void register_module(string name, Module submodule)
                {
                    submodule.RegisterComponents();
                    submodules.Add((name, submodule));
                }

                public virtual void register_parameter(string name, Parameter param) => parametersHere.Add((name, param));

                public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
                    parametersHere.Concat(submodules.SelectMany(s =>
                        s.module.named_parameters().Select(p => ($"{s.name}.{p.name}", p.parameter))));

                public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);
                public virtual bool training { get; private set; } = true;

                public virtual void train(bool train = true)
                {
                    training = train;
                    foreach (var (_, module) in submodules)
                        module.train(train);
                }

                public virtual void eval() => train(false);

                public void Dispose()
                {
                    foreach (var parameter in parameters())
                        parameter.Dispose();
                    GC.SuppressFinalize(this);
                }
            }

            public abstract class Module<T, TResult>(string name) : Module(name)
            {
                public abstract TResult forward(T input);
                public TResult call(T input) => forward(input);
            }

            public abstract class Module<T1, T2, TResult>(string name) : Module(name)
            {
                public abstract TResult forward(T1 input1, T2 input2);
                public TResult call(T1 input1, T2 input2) => forward(input1, input2);
            }

            public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

            public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, padding);

            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize);
        }

        public enum PaddingModes { Zeros = 0 }
    }

    public static class ModuleExtensionMethods
    {
        public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module =>
            device.type == DeviceType.CPU ? module : throw new InvalidOperationException("CUDA is not available.");
    }
}

namespace TorchSharp.Modules
{
    public class Parameter : torch.Tensor
    {
        public Parameter(torch.Tensor data, bool requires_grad = true) : base(data.MoveHandle(), adopt: false) => this.requires_grad = requires_grad;
    }

    public class ModuleList<T>(params T[] modules) : torch.nn.Module(nameof(ModuleList<T>)), IEnumerable<T> where T : torch.nn.Module
    {
        private readonly List<T> list = [.. modules];
        private bool registered;

        public T this[int index] => list[index];
        public int Count => list.Count;
        public void Add(T item) => list.Add(item);
        public IEnumerator<T> GetEnumerator() => list.GetEnumerator();
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        protected override void RegisterComponents()
        {
            if (registered)
                return;
            registered = true;
            for (var i = 0; i < list.Count; i++)
                register_module($"{i}", list[i]);
        }
    }

    public sealed class Conv2d : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long stride, padding;
        public Parameter weight { get; }
        public Parameter? bias { get; }

        internal Conv2d(long inChannels, long outChannels, long kernel, long stride, long padding) : base(nameof(Conv2d))
        {
            (this.stride, this.padding) = (stride, padding);
            weight = Initial.Uniform(inChannels * kernel * kernel, outChannels, inChannels, kernel, kernel);
            bias = Initial.Uniform(inChannels * kernel * kernel, outChannels);
            register_parameter(nameof(weight), weight);
            register_parameter(nameof(bias), bias);
        }

        protected override void RegisterComponents() { }
        public override torch.Tensor forward(torch.Tensor input) => Wrap(et_conv2d(input.Handle, weight.Handle, bias!.Handle, stride, padding));
    }

    public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        public Parameter weight { get; }
        public Parameter? bias { get; }

        internal Linear(long inputSize, long outputSize) : base(nameof(Linear))
        {
            weight = Initial.Uniform(inputSize, outputSize, inputSize);
            bias = Initial.Uniform(inputSize, outputSize);
            register_parameter(nameof(weight), weight);
            register_parameter(nameof(bias), bias);
        }

        protected override void RegisterComponents() { }
        public override torch.Tensor forward(torch.Tensor input) => Wrap(et_linear(input.Handle, weight.Handle, bias!.Handle));
    }

    internal static class Initial
    {
        /// <summary>PyTorch's default for convolutions and linear layers: uniform within 1/sqrt(fan in).</summary>
        public static Parameter Uniform(long fanIn, params long[] shape)
        {
            var parameter = new Parameter(torch.zeros(shape));
            var bound = 1 / Math.Sqrt(fanIn);
            et_uniform_(parameter.Handle, -bound, bound);
            Check();
            return parameter;
        }
    }

    public sealed class AdamW : IDisposable
    {
        private readonly (Parameter parameter, torch.Tensor m, torch.Tensor v)[] states;
        private readonly double beta1, beta2, eps, decay;
        private long steps;

        internal AdamW(IEnumerable<Parameter> parameters, double lr, double beta1, double beta2, double eps, double decay)
        {
            (this.beta1, this.beta2, this.eps, this.decay) = (beta1, beta2, eps, decay);
            states = parameters.Select(p => (p, Zeros(p), Zeros(p))).ToArray();
            ParamGroups = [new ParamGroup { LearningRate = lr }];
            static torch.Tensor Zeros(Parameter p) => torch.zeros(p.shape).DetachFromDisposeScope();
        }

        public IEnumerable<ILearningRateController> ParamGroups { get; }

        public void zero_grad()
        {
            foreach (var (parameter, _, _) in states)
                et_clear_grad(parameter.Handle);
            Check();
        }

        public torch.Tensor? step(Func<torch.Tensor>? closure = null)
        {
            steps++;
            foreach (var (parameter, m, v) in states)
                et_adamw_step(parameter.Handle, m.Handle, v.Handle, ParamGroups.First().LearningRate, beta1, beta2, eps, decay, steps);
            Check();
            return null;
        }

        public void save_state_dict(BinaryWriter writer)
        {
            writer.Write(steps);
            foreach (var (_, m, v) in states)
                foreach (var tensor in new[] { m, v })
                    foreach (var value in tensor.data<float>().ToArray())
                        writer.Write(value);
        }

        public void load_state_dict(BinaryReader reader)
        {
            steps = reader.ReadInt64();
            foreach (var (_, m, v) in states)
                foreach (var tensor in new[] { m, v })
                    tensor.data<float>().CopyFrom(Enumerable.Range(0, (int)tensor.numel()).Select(_ => reader.ReadSingle()).ToArray());
        }

        public void Dispose()
        {
            foreach (var (_, m, v) in states)
            {
                m.Dispose();
                v.Dispose();
            }
        }
    }

    public interface ILearningRateController
    {
        double LearningRate { get; set; }
    }

    internal sealed class ParamGroup : ILearningRateController
    {
        public double LearningRate { get; set; }
    }
}
