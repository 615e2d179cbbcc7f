// What both libraries of the stand-in share: no C++ exception leaves them, and the last one's reason is kept. Delete with the folder.
#pragma once
#include <string>

#include <opencv2/core.hpp>

#define EDGE_API extern "C" __attribute__((visibility("default")))

namespace
{
    struct Failure
    {
        int code = 0, line = 0;
        std::string function, message, file;
    };

    thread_local Failure failure;

    // A C++ exception must never reach the runtime on the other side.
    template <typename Work>
    int guarded(Work &&work) noexcept
    {
        try
        {
            work();
            return 0;
        }
        catch (const cv::Exception &e)
        {
            failure = {e.code, e.line, e.func, e.err, e.file};
        }
        catch (const std::exception &e)
        {
            failure = {cv::Error::StsError, 0, "", e.what(), ""};
        }
        catch (...)
        {
            failure = {cv::Error::StsError, 0, "", "unknown C++ exception", ""};
        }
        return 1;
    }
}

EDGE_API int edge_cv_error(const char **function, const char **message, const char **file, int *line)
{
    *function = failure.function.c_str();
    *message = failure.message.c_str();
    *file = failure.file.c_str();
    *line = failure.line;
    return failure.code;
}
