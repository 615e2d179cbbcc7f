// The C side of the OpenCvSharp stand-in: every call returns 0, or 1 with the reason kept for edge_cv_error. Delete with the folder.
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "failure.h"

namespace
{
    // OpenCV reports what it throws on stderr too; the caller says it better.
    int quiet(int, const char *, const char *, const char *, int, void *) { return 0; }

    [[maybe_unused]] const bool quieted = (cv::redirectError(quiet), true);

    cv::Scalar scalar(const double *v) { return {v[0], v[1], v[2], v[3]}; }
}

EDGE_API const char *edge_cv_version() { return CV_VERSION; }

EDGE_API int edge_cv_set_log_level(int level)
{
    using namespace cv::utils::logging;
    return static_cast<int>(setLogLevel(static_cast<LogLevel>(level)));
}

EDGE_API int edge_cv_mat_new(cv::Mat **out)
{
    return guarded([&] { *out = new cv::Mat(); });
}

EDGE_API int edge_cv_mat_filled(int rows, int cols, int type, const double *value, cv::Mat **out)
{
    return guarded([&] { *out = new cv::Mat(rows, cols, type, scalar(value)); });
}

EDGE_API int edge_cv_mat_over(int rows, int cols, int type, void *data, int64_t step, cv::Mat **out)
{
    return guarded([&] { *out = new cv::Mat(rows, cols, type, data, static_cast<size_t>(step)); });
}

EDGE_API void edge_cv_mat_delete(cv::Mat *mat) { delete mat; }

EDGE_API void edge_cv_mat_info(const cv::Mat *mat, int *rows, int *cols, int *type, int64_t *step, uint8_t **data)
{
    *rows = mat->rows;
    *cols = mat->cols;
    *type = mat->type();
    *step = mat->dims > 0 ? static_cast<int64_t>(mat->step[0]) : 0;
    *data = mat->data;
}

EDGE_API int edge_cv_imdecode(const uint8_t *bytes, int length, int flags, cv::Mat **out)
{
    return guarded([&]
    {
        const cv::Mat buffer(1, length, CV_8UC1, const_cast<uint8_t *>(bytes));
        *out = new cv::Mat(cv::imdecode(buffer, flags));
    });
}

EDGE_API int edge_cv_imencode(const char *extension, const cv::Mat *mat, const int *params, int params_length,
                              std::vector<uint8_t> **out, const uint8_t **bytes, int64_t *length, int *encoded)
{
    return guarded([&]
    {
        auto buffer = std::make_unique<std::vector<uint8_t>>();
        *encoded = cv::imencode(extension, *mat, *buffer, std::vector<int>(params, params + params_length));
        *bytes = buffer->data();
        *length = static_cast<int64_t>(buffer->size());
        *out = buffer.release();
    });
}

EDGE_API void edge_cv_bytes_delete(std::vector<uint8_t> *bytes) { delete bytes; }

EDGE_API int edge_cv_cvt_color(const cv::Mat *source, cv::Mat *target, int code, int channels)
{
    return guarded([&] { cv::cvtColor(*source, *target, code, channels); });
}

EDGE_API int edge_cv_resize(const cv::Mat *source, cv::Mat *target, int width, int height, double fx, double fy, int interpolation)
{
    return guarded([&] { cv::resize(*source, *target, {width, height}, fx, fy, interpolation); });
}

EDGE_API int edge_cv_apply_color_map(const cv::Mat *source, cv::Mat *target, int map)
{
    return guarded([&] { cv::applyColorMap(*source, *target, map); });
}

EDGE_API int edge_cv_rectangle(cv::Mat *mat, const cv::Rect *rectangle, const double *color, int thickness, int line_type, int shift)
{
    return guarded([&] { cv::rectangle(*mat, *rectangle, scalar(color), thickness, line_type, shift); });
}

EDGE_API int edge_cv_polylines(cv::Mat *mat, const cv::Point *points, const int *counts, int lines, int closed,
                               const double *color, int thickness, int line_type, int shift)
{
    return guarded([&]
    {
        std::vector<const cv::Point *> starts(lines);
        for (int i = 0; i < lines; points += counts[i++]) starts[i] = points;
        cv::polylines(*mat, starts.data(), counts, lines, closed != 0, scalar(color), thickness, line_type, shift);
    });
}

EDGE_API int edge_cv_put_text(cv::Mat *mat, const char *text, int x, int y, int font, double scale, const double *color,
                              int thickness, int line_type, int bottom_left)
{
    return guarded([&] { cv::putText(*mat, text, {x, y}, font, scale, scalar(color), thickness, line_type, bottom_left != 0); });
}

EDGE_API int edge_cv_text_size(const char *text, int font, double scale, int thickness, int *base_line, cv::Size *size)
{
    return guarded([&] { *size = cv::getTextSize(text, font, scale, thickness, base_line); });
}

// Contours come as one packed array of int32: per contour its number of points, then x, y of each; four more per contour at the end
// are its hierarchy (next, previous, child, parent).
EDGE_API int edge_cv_find_contours(const cv::Mat *image, int mode, int method, int offset_x, int offset_y,
                                   std::vector<uint8_t> **out, const int32_t **packed, int *contours)
{
    return guarded([&]
    {
        std::vector<std::vector<cv::Point>> found;
        std::vector<cv::Vec4i> hierarchy;
        cv::findContours(*image, found, hierarchy, mode, method, {offset_x, offset_y});
        size_t values = 0;
        for (const auto &contour : found) values += 5 + 2 * contour.size();
        auto buffer = std::make_unique<std::vector<uint8_t>>(values * sizeof(int32_t));
        auto *next = reinterpret_cast<int32_t *>(buffer->data());
        *packed = next;
        for (const auto &contour : found)
        {
            *next++ = static_cast<int32_t>(contour.size());
            std::memcpy(next, contour.data(), contour.size() * sizeof(cv::Point));
            next += 2 * contour.size();
        }
        if (!hierarchy.empty()) std::memcpy(next, hierarchy.data(), hierarchy.size() * sizeof(cv::Vec4i));
        *contours = static_cast<int>(found.size());
        *out = buffer.release();
    });
}
