// The part of libtorch 1.13 the trainer uses, as a C interface for the TorchSharp stand-in beside this file.
// Delete it with the stand-in, once every machine that trains is served TorchSharp itself.
// A tensor handle is an at::Tensor on the heap. No exception crosses: a failing call returns null (or NaN, or 0) and leaves a message.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <string>
#include <vector>

using at::Tensor;

namespace {

thread_local std::string last_error;
thread_local bool failed = false;

template <typename F> auto guarded(F &&body, decltype(body()) on_error) -> decltype(body()) {
    try {
        return body();
    } catch (const std::exception &e) {
        last_error = e.what();
    } catch (...) {
        last_error = "unknown libtorch failure";
    }
    failed = true;
    return on_error;
}

template <typename F> Tensor *tensor(F &&body) {
    return guarded([&]() -> Tensor * { return new Tensor(body()); }, nullptr);
}

template <typename F> void run(F &&body) {
    guarded([&] { body(); return 0; }, 0);
}

at::IntArrayRef ints(const int64_t *values, int count) { return at::IntArrayRef(values, count); }
c10::optional<Tensor> maybe(Tensor *t) { return t ? c10::optional<Tensor>(*t) : c10::nullopt; }

} // namespace

#define API extern "C" __attribute__((visibility("default")))

API const char *et_take_error() {
    if (!failed) return nullptr;
    failed = false;
    return last_error.c_str();
}

API void et_set_num_threads(int n) { run([&] { at::set_num_threads(n); }); }
API const char *et_version() { return EDGE_TORCH_VERSION; }
API void et_manual_seed(int64_t seed) { run([&] { at::manual_seed(seed); }); }
API int et_set_grad_enabled(int enabled) {
    const bool before = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(enabled != 0);
    return before;
}

// Tensors: birth, shape, data.
API void et_free(Tensor *t) { delete t; }
API Tensor *et_from_floats(const float *data, const int64_t *shape, int rank) {
    return tensor([&] { return at::from_blob(const_cast<float *>(data), ints(shape, rank), at::kFloat).clone(); });
}
API Tensor *et_full(const int64_t *shape, int rank, double value) { return tensor([&] { return at::full(ints(shape, rank), value, at::kFloat); }); }
API int et_rank(Tensor *t) { return static_cast<int>(t->dim()); }
API int64_t et_size(Tensor *t, int dim) { return t->size(dim); }
API void et_to_floats(Tensor *t, float *out) {
    run([&] {
        const Tensor c = t->detach().contiguous();
        std::copy_n(c.data_ptr<float>(), c.numel(), out);
    });
}
API void et_from_floats_(Tensor *t, const float *data) {
    run([&] {
        c10::AutoGradMode off(false);
        t->copy_(at::from_blob(const_cast<float *>(data), t->sizes(), at::kFloat));
    });
}
API double et_item(Tensor *t) { return guarded([&] { return t->item<double>(); }, std::nan("")); }

// Autograd.
API int et_requires_grad(Tensor *t) { return t->requires_grad(); }
API void et_set_requires_grad(Tensor *t, int value) { run([&] { t->set_requires_grad(value != 0); }); }
API void et_backward(Tensor *t) { run([&] { t->backward(); }); }
API Tensor *et_grad(Tensor *t) {
    return guarded([&]() -> Tensor * { return t->grad().defined() ? new Tensor(t->grad()) : nullptr; }, nullptr);
}
API void et_clear_grad(Tensor *t) { run([&] { t->mutable_grad() = Tensor(); }); }
API Tensor *et_detach(Tensor *t) { return tensor([&] { return t->detach(); }); }
API int8_t et_dtype(Tensor *t) { return static_cast<int8_t>(t->scalar_type()); }
API Tensor *et_to(Tensor *t, int8_t type) { return tensor([&] { return t->to(static_cast<at::ScalarType>(type)); }); }
API Tensor *et_alias(Tensor *t) { return tensor([&] { return *t; }); }

// Arithmetic.
API Tensor *et_add(Tensor *a, Tensor *b) { return tensor([&] { return *a + *b; }); }
API Tensor *et_add_scalar(Tensor *a, double b) { return tensor([&] { return *a + b; }); }
API Tensor *et_mul(Tensor *a, Tensor *b) { return tensor([&] { return *a * *b; }); }
API Tensor *et_mul_scalar(Tensor *a, double b) { return tensor([&] { return *a * b; }); }
API Tensor *et_sin(Tensor *a) { return tensor([&] { return a->sin(); }); }
API Tensor *et_cos(Tensor *a) { return tensor([&] { return a->cos(); }); }
API void et_copy_(Tensor *a, Tensor *b) { run([&] { a->copy_(*b); }); }
API void et_add_(Tensor *a, Tensor *b, double alpha) { run([&] { a->add_(*b, alpha); }); }
API void et_mul_(Tensor *a, double b) { run([&] { a->mul_(b); }); }
API void et_fill_(Tensor *a, double value) {
    run([&] {
        c10::AutoGradMode off(false);
        a->fill_(value);
    });
}
API void et_uniform_(Tensor *a, double low, double high) {
    run([&] {
        c10::AutoGradMode off(false);
        a->uniform_(low, high);
    });
}

// Shapes.
API Tensor *et_narrow(Tensor *a, int64_t dim, int64_t start, int64_t length) { return tensor([&] { return a->narrow(dim, start, length); }); }
API Tensor *et_unsqueeze(Tensor *a, int64_t dim) { return tensor([&] { return a->unsqueeze(dim); }); }
API Tensor *et_cat(Tensor **list, int count, int64_t dim) {
    return tensor([&] {
        std::vector<Tensor> all;
        for (int i = 0; i < count; i++) all.push_back(*list[i]);
        return at::cat(all, dim);
    });
}

// Network layers.
API Tensor *et_conv2d(Tensor *x, Tensor *w, Tensor *b, int64_t stride, int64_t padding) {
    return tensor([&] { return at::conv2d(*x, *w, maybe(b), {stride, stride}, {padding, padding}); });
}
API Tensor *et_linear(Tensor *x, Tensor *w, Tensor *b) { return tensor([&] { return at::linear(*x, *w, maybe(b)); }); }
API Tensor *et_batch_norm(Tensor *x, Tensor *mean, Tensor *var, Tensor *w, Tensor *b, int training, double momentum, double eps) {
    return tensor([&] { return at::batch_norm(*x, maybe(w), maybe(b), maybe(mean), maybe(var), training != 0, momentum, eps, false); });
}
API Tensor *et_permute(Tensor *a, const int64_t *dims, int rank) { return tensor([&] { return a->permute(ints(dims, rank)); }); }
API Tensor *et_contiguous(Tensor *a) { return tensor([&] { return a->contiguous(); }); }
API Tensor *et_silu(Tensor *x) { return tensor([&] { return at::silu(*x); }); }
API Tensor *et_relu(Tensor *x) { return tensor([&] { return at::relu(*x); }); }
API Tensor *et_upsample_nearest(Tensor *x, double scale) {
    return tensor([&] { return at::upsample_nearest2d(*x, c10::nullopt, at::ArrayRef<double>({scale, scale})); });
}
API Tensor *et_pixel_shuffle(Tensor *x, int64_t factor) { return tensor([&] { return at::pixel_shuffle(*x, factor); }); }
API Tensor *et_pixel_unshuffle(Tensor *x, int64_t factor) { return tensor([&] { return at::pixel_unshuffle(*x, factor); }); }
API Tensor *et_mse_loss(Tensor *x, Tensor *y) { return tensor([&] { return at::mse_loss(*x, *y); }); }
API Tensor *et_binary_cross_entropy_with_logits(Tensor *x, Tensor *y, Tensor *weight) {
    return tensor([&] { return at::binary_cross_entropy_with_logits(*x, *y, weight ? c10::optional<Tensor>(*weight) : c10::nullopt); });
}

// Optimisation.
API double et_clip_grad_norm_(Tensor **list, int count, double max_norm) {
    return guarded([&]() -> double {
        c10::AutoGradMode off(false);
        double sum = 0;
        for (int i = 0; i < count; i++)
            if (list[i]->grad().defined()) {
                const double n = list[i]->grad().norm().item<double>();
                sum += n * n;
            }
        const double total = std::sqrt(sum), factor = max_norm / (total + 1e-6);
        if (factor < 1)
            for (int i = 0; i < count; i++)
                if (list[i]->grad().defined()) list[i]->mutable_grad().mul_(factor);
        return total;
    }, std::nan(""));
}
// Decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101).
API void et_adamw_step(Tensor *p, Tensor *m, Tensor *v, double lr, double b1, double b2, double eps, double decay, int64_t step) {
    run([&] {
        c10::AutoGradMode off(false);
        const Tensor g = p->grad();
        if (decay != 0) p->mul_(1 - lr * decay);
        m->mul_(b1).add_(g, 1 - b1);
        v->mul_(b2).addcmul_(g, g, 1 - b2);
        const Tensor denominator = v->sqrt().div_(std::sqrt(1 - std::pow(b2, step))).add_(eps);
        p->addcdiv_(*m, denominator, -lr / (1 - std::pow(b1, step)));
    });
}
