#include <utility>

#include "engine/report/json.hpp"
#include "engine/report/json_parts.hpp"

namespace segue::report {
namespace {

Json number_or_null(int number) { return number == 0 ? Json(nullptr) : Json(number); }

Json error_json(const Failure& failure) {
  const ErrorDetail& detail = failure.detail;
  return {{"kind", to_string(failure.kind)},
          {"message", failure.message},
          {"sqlstate", or_null(detail.sqlstate)},
          {"file", or_null(detail.where.file)},
          {"line", number_or_null(detail.where.line)},
          {"column", number_or_null(detail.where.column)},
          {"migration", or_null(detail.migration)},
          {"step", or_null(detail.step)},
          {"statement", or_null(detail.statement)},
          {"left_behind", or_null(failure.left_behind)},
          {"next", or_null(detail.next)}};
}

Json problems_json(const std::vector<Problem>& problems) {
  Json all = Json::array();
  for (const Problem& problem : problems) {
    all.push_back({{"file", or_null(problem.where.file)},
                   {"line", number_or_null(problem.where.line)},
                   {"column", number_or_null(problem.where.column)},
                   {"message", problem.message}});
  }
  return all;
}

Json done_json(const StepDone& step) {
  return {{"migration", step.migration},
          {"step", step.step},
          {"phase", to_string(step.phase)},
          {"state", to_string(step.state)},
          {"summary", step.summary},
          {"elapsed_ms", step.elapsed.count()},
          {"rows", step.rows}};
}

Json remaining_json(const Remaining& remaining) {
  return {{"migration", remaining.migration},
          {"state", to_string(remaining.state)},
          {"steps", remaining.steps}};
}

void add_failure(Json& document, const Failure& failure) {
  document["error"] = error_json(failure);
  document["problems"] = problems_json(failure.detail.problems);
}

void add_work(Json& document, const RunResult& result) {
  Json reached = Json::object();
  for (const auto& [name, state] : result.reached) reached[name] = to_string(state);
  Json done = Json::array();
  for (const StepDone& step : result.done) done.push_back(done_json(step));
  Json remaining = Json::array();
  for (const Remaining& entry : result.remaining) remaining.push_back(remaining_json(entry));
  document["reached"] = std::move(reached);
  document["published"] = result.published;
  document["done"] = std::move(done);
  document["remaining"] = std::move(remaining);
}

}  // namespace

std::string run_json(const RunResult& result, int exit) {
  Json document = new_document();
  document["ok"] = result.ok();
  document["exit"] = exit;
  if (result.failure) add_failure(document, *result.failure);
  add_work(document, result);
  return to_text(document);
}

std::string failure_json(const Failure& failure, int exit) {
  Json document = new_document();
  document["ok"] = false;
  document["exit"] = exit;
  add_failure(document, failure);
  return to_text(document);
}

}  // namespace segue::report
