#include "segue/settings.hpp"

#include <fmt/format.h>

#include <functional>
#include <limits>

#include "engine/api/setting_forms.hpp"

// The one table of settings. A row is all that a new setting needs: its flag, its variable, its key
// in segue.yaml, its line of help and its default follow from it.

namespace segue {
namespace {

struct Row {
  SettingInfo info;
  std::function<bool(Config&, std::string_view)> set;
  std::function<std::string(const Config&)> text;
};

std::string flag_of(std::string_view name) {
  std::string flag = "--";
  for (char byte : name) flag += byte == '_' || byte == '.' ? '-' : byte;
  return flag;
}

std::string variable_of(std::string_view name) {
  if (name == "database") return "SEGUE_DATABASE_URL";
  std::string variable = "SEGUE_";
  for (char byte : name) {
    const bool is_letter = byte >= 'a' && byte <= 'z';
    variable += is_letter ? static_cast<char>(byte - 'a' + 'A') : '_';
  }
  return variable;
}

// `field` is a generic lambda from a (const) Config to the (const) field.
template <typename Form, typename Field>
Row row(std::string name, std::string help, Form form, Field field) {
  Row out;
  out.info = {.name = name,
              .flag = flag_of(name),
              .environment = variable_of(name),
              .value = form.name,
              .help = std::move(help)};
  out.set = [form, field](Config& config, std::string_view text) {
    auto value = form.read(text);
    if (!value) return false;
    field(config) = std::move(*value);
    return true;
  };
  out.text = [form, field](const Config& config) { return form.write(field(config)); };
  out.info.initial = out.text(Config{});
  return out;
}

using api::ChoiceForm;
using api::NumberForm;
using api::PathForm;
using api::SizeForm;
using api::SqliteVersionForm;
using api::SwitchForm;
using api::TextForm;
using Milliseconds = api::DurationForm<std::chrono::milliseconds>;
using Seconds = api::DurationForm<std::chrono::seconds>;

constexpr std::chrono::milliseconds years{std::chrono::hours{24L * 366 * 100}};

std::vector<Row> general_rows() {
  std::vector<Row> rows;
  rows.push_back(row(
      "database", "Database: URL, libpq keywords, or path of a SQLite file", TextForm{"URL", false},
      [](auto& c) -> auto& { return c.database; }));
  rows.back().info.is_secret = true;
  rows.push_back(row(
      "dir", "Folder of the migration files", PathForm{},
      [](auto& c) -> auto& { return c.directory; }));
  rows.push_back(row(
      "schema", "PostgreSQL: the schema that is migrated", TextForm{"NAME", false},
      [](auto& c) -> auto& { return c.schema; }));
  rows.push_back(row(
      "role", "PostgreSQL: owner of the tables to act as", TextForm{"NAME"},
      [](auto& c) -> auto& { return c.role; }));
  rows.push_back(row(
      "application_name", "Name by which the server sees our sessions", TextForm{"NAME", false},
      [](auto& c) -> auto& { return c.application_name; }));
  rows.push_back(row(
      "actor", "Who runs this, for the history; default: the system's user", TextForm{"NAME"},
      [](auto& c) -> auto& { return c.actor; }));
  return rows;
}

std::vector<Row> run_rows() {
  std::vector<Row> rows;
  rows.push_back(row(
      "direct_limit", "Rows up to which a table is changed at once; 0: never",
      NumberForm<std::int64_t>{0, std::numeric_limits<std::int64_t>::max()},
      [](auto& c) -> auto& { return c.direct_limit; }));
  rows.push_back(row(
      "lock_budget", "Wait of one attempt at a lock that others notice",
      Milliseconds{.least = std::chrono::milliseconds{1}},
      [](auto& c) -> auto& { return c.lock_budget; }));
  rows.push_back(row(
      "lock_wait", "Wait for such locks in all, per step", Milliseconds{},
      [](auto& c) -> auto& { return c.lock_wait; }));
  rows.push_back(row(
      "lease_wait", "Wait for another runner to finish; 0: give up at once", Milliseconds{},
      [](auto& c) -> auto& { return c.lease_wait; }));
  rows.push_back(row(
      "horizon_limit", "Wait for snapshots older than the backfill", Milliseconds{},
      [](auto& c) -> auto& { return c.horizon_limit; }));
  rows.push_back(row(
      "client_grace", "How long contract looks for clients of the old version", Milliseconds{},
      [](auto& c) -> auto& { return c.client_grace; }));
  rows.push_back(row(
      "soak", "How long the old version refuses before it is given up", Milliseconds{},
      [](auto& c) -> auto& { return c.soak; }));
  rows.push_back(row(
      "retain", "How long what refuses old clients is kept afterwards", Seconds{.most = years},
      [](auto& c) -> auto& { return c.retain; }));
  rows.push_back(row(
      "compare_slice", "Longest read-only transaction of a compare",
      Milliseconds{.least = std::chrono::milliseconds{100}},
      [](auto& c) -> auto& { return c.compare_slice; }));
  rows.push_back(row(
      "sweep_passes", "Passes of a backfill over a table before it gives up",
      NumberForm<int>{1, 1000}, [](auto& c) -> auto& { return c.sweep_passes; }));
  rows.push_back(row(
      "accept_subscribers",
      "PostgreSQL: why the change may go although publications or logical slots carry it",
      TextForm{"REASON"}, [](auto& c) -> auto& { return c.accept_subscribers; }));
  return rows;
}

std::vector<Row> version_rows() {
  std::vector<Row> rows;
  rows.push_back(row(
      "versions.views", "PostgreSQL: tables that get a view per version",
      ChoiceForm<VersionViews>{
          {{"differing", VersionViews::differing}, {"all", VersionViews::all}}},
      [](auto& c) -> auto& { return c.version_views; }));
  rows.push_back(row(
      "versions.publish", "Versions of one run that are published",
      ChoiceForm<VersionPublish>{{{"all", VersionPublish::all},
                                  {"latest", VersionPublish::latest},
                                  {"none", VersionPublish::none}}},
      [](auto& c) -> auto& { return c.version_publish; }));
  return rows;
}

std::vector<Row> sqlite_rows() {
  std::vector<Row> rows;
  rows.push_back(row(
      "sqlite.clients", "Oldest SQLite library that opens the file", SqliteVersionForm{},
      [](auto& c) -> auto& { return c.sqlite.clients; }));
  rows.push_back(row(
      "sqlite.direct_budget", "Forecast up to which work is done at once", Milliseconds{},
      [](auto& c) -> auto& { return c.sqlite.direct_budget; }));
  rows.push_back(row(
      "sqlite.wal_limit", "Size to which the write-ahead log may grow", SizeForm{},
      [](auto& c) -> auto& { return c.sqlite.wal_limit; }));
  rows.push_back(row(
      "sqlite.secure_delete", "Overwriting of freed pages: switch off, or keep",
      ChoiceForm<SecureDelete>{{{"off", SecureDelete::off}, {"keep", SecureDelete::keep}}},
      [](auto& c) -> auto& { return c.sqlite.secure_delete; }));
  rows.push_back(row(
      "sqlite.polite_gaps", "Pause between chunks also when nobody else is seen", SwitchForm{},
      [](auto& c) -> auto& { return c.sqlite.polite_gaps; }));
  return rows;
}

std::vector<Row> limit_rows() {
  std::vector<Row> rows;
  rows.push_back(row(
      "limits.file", "Largest migration file", SizeForm{},
      [](auto& c) -> auto& { return c.limits.file_bytes; }));
  rows.push_back(row(
      "limits.nesting", "Deepest nesting of a migration file", NumberForm<int>{1, 1000},
      [](auto& c) -> auto& { return c.limits.nesting; }));
  rows.push_back(row(
      "limits.statement", "Longest statement of a migration file", SizeForm{},
      [](auto& c) -> auto& { return c.limits.statement_bytes; }));
  return rows;
}

const std::vector<Row>& table() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> all;
    for (auto* part : {&general_rows, &run_rows, &version_rows, &sqlite_rows, &limit_rows}) {
      for (Row& entry : part()) all.push_back(std::move(entry));
    }
    return all;
  }();
  return rows;
}

const Row* find_row(std::string_view name) {
  for (const Row& entry : table()) {
    if (entry.info.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace

const std::vector<SettingInfo>& all_settings() {
  static const std::vector<SettingInfo> infos = [] {
    std::vector<SettingInfo> out;
    for (const Row& entry : table()) out.push_back(entry.info);
    return out;
  }();
  return infos;
}

const SettingInfo* find_setting(std::string_view name) {
  for (const SettingInfo& info : all_settings()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::optional<std::string> set_setting(Config& config, std::string_view name,
                                       std::string_view text) {
  const Row* entry = find_row(name);
  if (entry == nullptr) return fmt::format("there is no setting \"{}\"", name);
  if (entry->set(config, text)) return std::nullopt;
  // A value that may hold a password is not repeated.
  const std::string shown = entry->info.is_secret ? "" : fmt::format(" \"{}\"", text);
  return fmt::format("{} cannot be{}: it takes {}{}", name, shown, entry->info.value,
                     entry->info.value == "DURATION" ? " (such as 200ms, 10s, 7d)"
                     : entry->info.value == "SIZE"   ? " (such as 512KiB, 64MiB)"
                                                     : "");
}

std::string setting_text(const Config& config, std::string_view name) {
  const Row* entry = find_row(name);
  if (entry == nullptr) throw Error(ErrorKind::bug, fmt::format("no setting \"{}\"", name));
  return entry->text(config);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  return api::read_duration(text);
}

std::vector<SettingOrigin> setting_origins(const Config& config) {
  std::vector<SettingOrigin> out;
  for (const Row& entry : table()) {
    const std::string value = entry.text(config);
    const auto known = config.origins.find(entry.info.name);
    std::string origin = value == entry.info.initial ? "default" : "program";
    if (known != config.origins.end()) origin = known->second;
    out.push_back({entry.info.name, entry.info.is_secret ? masked_url(value) : value, origin});
  }
  return out;
}

}  // namespace segue
