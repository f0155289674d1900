#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "engine/cli/context.hpp"
#include "engine/report/layout.hpp"

namespace segue::cli {
namespace {

std::string loss_text(const ReversalLoss& loss) {
  std::string out = fmt::format("Taking back {} would lose what the old version cannot hold:\n",
                                report::joined_names(loss.migrations));
  for (const auto& [column, rows] : loss.rows) {
    out += fmt::format("  {} of {}\n", report::count_text(rows, "row", "rows"), column);
  }
  for (const std::string& constraint : loss.constraints) {
    out += "  " + report::one_line(constraint) + "\n";
  }
  for (const std::string& other : loss.other) out += "  " + report::one_line(other) + "\n";
  return out;
}

class ReverseCommand : public Command {
 public:
  std::string name() const override { return "reverse"; }
  std::string summary() const override { return "Take back the newest migration, or down to NAME"; }
  void add_options(CLI::App& app) override {
    app.add_option("NAME", options_.name, "Down to and including this one; none: the newest")
        ->option_text(" ");
    app.add_option("--to", to_, "Only back to this state")
        ->option_text("expanded")
        ->check(CLI::IsMember({"expanded"}));
    app.add_flag("--rewrite", options_.rewrite,
                 "Also narrow types that were widened in place, on tables of any size");
  }
  int run(Context& context) override {
    options_.to_expanded = to_ == "expanded";
    options_.confirmed = context.globals().says_yes;
    options_.stop = context.stop_token();
    options_.observer = &context.observer();
    bool could_not_ask = false;
    options_.ask = [&](const ReversalLoss& loss) {
      context.console().say(loss_text(loss));
      could_not_ask = !context.console().can_ask();
      return !could_not_ask && context.console().ask("Take it back?", context.stop_token());
    };
    RunResult result = context.engine(Stopping::gently).reverse(options_);
    if (could_not_ask && result.failure) name_the_flag(*result.failure);
    return context.finish(std::move(result), name());
  }

 private:
  // Nobody was there to be asked: that is a flag that is missing, not somebody's no.
  static void name_the_flag(Failure& failure) {
    failure.kind = ErrorKind::refused;
    failure.message = "Reversing would lose data, and nobody can be asked here.";
    failure.detail.next = "migrate reverse --yes, if that may be lost";
  }

  ReverseOptions options_;
  std::string to_;
};

}  // namespace

void add_reverse_command(Commands& commands) {
  commands.push_back(std::make_unique<ReverseCommand>());
}

}  // namespace segue::cli
