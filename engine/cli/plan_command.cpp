#include <CLI/CLI.hpp>

#include "engine/cli/context.hpp"
#include "engine/report/exit_code.hpp"
#include "engine/report/json.hpp"
#include "engine/report/text.hpp"

namespace segue::cli {
namespace {

class PlanCommand : public Command {
 public:
  std::string name() const override { return "plan"; }
  std::string summary() const override {
    return "Show the steps of what is pending; changes and locks nothing";
  }
  void add_options(CLI::App& app) override {
    app.add_option("NAME", options_.names, "Migrations; none: everything pending")
        ->option_text(" ");
    app.add_flag("--sql", is_sql_, "Only the statements");
  }
  int run(Context& context) override {
    const PlanView plan = context.engine().plan(options_);
    if (context.globals().is_json) {
      context.answer(report::plan_json(plan));
    } else if (is_sql_) {
      context.answer(report::plan_sql(plan));
    } else {
      context.answer(report::plan_text(plan, context.style()));
    }
    return report::exit_code::done;
  }

 private:
  PlanOptions options_;
  bool is_sql_ = false;
};

}  // namespace

void add_plan_command(Commands& commands) { commands.push_back(std::make_unique<PlanCommand>()); }

}  // namespace segue::cli
