// VideoCapture's part of the stand-in, a library of its own: it brings FFmpeg and GStreamer, which take 0.2 s to load and are for cameras only.
// Delete with the folder.
#include <vector>

#include <opencv2/videoio.hpp>

#include "failure.h"

EDGE_API int edge_cv_capture_open(const char *name, int api, const int *params, int params_length, cv::VideoCapture **out)
{
    return guarded([&] { *out = new cv::VideoCapture(name, api, std::vector<int>(params, params + params_length)); });
}

EDGE_API void edge_cv_capture_delete(cv::VideoCapture *capture) { delete capture; }

EDGE_API int edge_cv_capture_is_opened(const cv::VideoCapture *capture, int *opened)
{
    return guarded([&] { *opened = capture->isOpened(); });
}

EDGE_API int edge_cv_capture_read(cv::VideoCapture *capture, cv::Mat *mat, int *read)
{
    return guarded([&] { *read = capture->read(*mat); });
}

EDGE_API int edge_cv_capture_set(cv::VideoCapture *capture, int property, double value, int *set)
{
    return guarded([&] { *set = capture->set(property, value); });
}

EDGE_API int edge_cv_capture_get(const cv::VideoCapture *capture, int property, double *value)
{
    return guarded([&] { *value = capture->get(property); });
}
