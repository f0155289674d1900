#include <CLI/CLI.hpp>

#include "engine/cli/context.hpp"

// The commands that go forward. Each is one call of the engine, which returns what it did whether
// or not it failed.

namespace segue::cli {
namespace {

class UpCommand : public Command {
 public:
  std::string name() const override { return "up"; }
  std::string summary() const override {
    return "Expand and migrate everything pending; never contracts";
  }
  void add_options(CLI::App& app) override {
    app.add_option("--to", to_, "Last migration to take")->type_name("NAME");
    app.add_flag("--contract", contracts_,
                 "Each to its end, for databases that nobody else uses (fresh ones, CI)");
  }
  int run(Context& context) override {
    Engine& engine = context.engine(Stopping::gently);
    RunResult result =
        contracts_ ? engine.apply_to_the_end(
                         {.to = to_, .stop = context.stop_token(), .observer = &context.observer()})
                   : engine.apply({.phases = expand_and_migrate,
                                   .to = to_,
                                   .drops_retained = true,
                                   .stop = context.stop_token(),
                                   .observer = &context.observer()});
    return context.finish(std::move(result), name());
  }

 private:
  std::string to_;
  bool contracts_ = false;
};

class ExpandCommand : public Command {
 public:
  std::string name() const override { return "expand"; }
  std::string summary() const override { return "Only the first phase of everything pending"; }
  void add_options(CLI::App& app) override {
    app.add_option("--to", to_, "Last migration to take")->type_name("NAME");
  }
  int run(Context& context) override {
    RunResult result = context.engine(Stopping::gently)
                           .apply({.phases = expand_only,
                                   .to = to_,
                                   .stop = context.stop_token(),
                                   .observer = &context.observer()});
    return context.finish(std::move(result), name());
  }

 private:
  std::string to_;
};

class ContractCommand : public Command {
 public:
  std::string name() const override { return "contract"; }
  std::string summary() const override {
    return "Give up the old shape of what is migrated, oldest first";
  }
  void add_options(CLI::App& app) override {
    app.add_option("NAME", options_.name, "Up to and including this one; none: all migrated")
        ->option_text(" ");
    app.add_option("--accept-old-clients", reason_,
                   "Go on although clients use the old version; the reason is recorded")
        ->type_name("REASON");
    app.add_flag("--unpublish", options_.unpublish,
                 "Drop what still stands of versions given up earlier");
  }
  int run(Context& context) override {
    if (!reason_.empty()) options_.accept_old_clients = reason_;
    options_.approved = context.globals().says_yes;
    options_.stop = context.stop_token();
    options_.observer = &context.observer();
    bool could_not_ask = false;
    options_.ask = [&](const std::string& question) {
      context.console().say("Before contract: " + question + ".\n");
      could_not_ask = !context.console().can_ask();
      return !could_not_ask && context.console().ask("Give it up?", context.stop_token());
    };
    RunResult result = context.engine(Stopping::gently).contract(options_);
    if (could_not_ask && result.failure) name_the_flag(*result.failure);
    return context.finish(std::move(result), name());
  }

 private:
  // Nobody was there to be asked: that is a flag that is missing, not somebody's no.
  static void name_the_flag(Failure& failure) {
    failure.kind = ErrorKind::refused;
    failure.message = "Nobody can be asked here whether programs still use the old version.";
    failure.detail.next = "migrate contract --yes, when every one of them has ended";
  }

  ContractOptions options_;
  std::string reason_;
};

}  // namespace

void add_run_commands(Commands& commands) {
  commands.push_back(std::make_unique<UpCommand>());
  commands.push_back(std::make_unique<ExpandCommand>());
  commands.push_back(std::make_unique<ContractCommand>());
}

}  // namespace segue::cli
