#include "engine/cli/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace segue::cli {
namespace {

std::shared_ptr<spdlog::logger> new_logger(spdlog::color_mode color) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(color);
  auto logger = std::make_shared<spdlog::logger>("migrate", std::move(sink));
  logger->set_pattern("%^%l:%$ %v");
  logger->set_level(spdlog::level::warn);
  return logger;
}

// The one logger of the process; never spdlog's global one, which belongs to whoever embeds us.
std::shared_ptr<spdlog::logger>& the_logger() {
  static std::shared_ptr<spdlog::logger> logger = new_logger(spdlog::color_mode::never);
  return logger;
}

}  // namespace

void set_up_log(const LogOptions& options) {
  the_logger() =
      new_logger(options.has_color ? spdlog::color_mode::always : spdlog::color_mode::never);
  if (options.is_verbose) the_logger()->set_level(spdlog::level::debug);
  if (options.is_quiet) the_logger()->set_level(spdlog::level::err);
}

void log_debug(std::string_view text) {
  the_logger()->debug("{}", spdlog::string_view_t{text.data(), text.size()});
}

void log_warning(std::string_view text) {
  the_logger()->warn("{}", spdlog::string_view_t{text.data(), text.size()});
}

}  // namespace segue::cli
