#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>

#include "engine/report/layout.hpp"
#include "engine/report/text.hpp"
#include "segue/error.hpp"

// A client selects a version by names, so what is printed here goes into somebody's configuration:
// the forms come in the order in which they survive connection poolers.

namespace segue::report {
namespace {

std::string tables_text(const VersionView& version) {
  if (version.tables.empty()) return "  every table under its own name\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& [table, name] : version.tables) {
    rows.push_back({"  " + one_line(table), "is reached as", one_line(name)});
  }
  return aligned(rows);
}

std::string postgres_text(const VersionView& version, const SessionSettings& settings,
                          const Style& style) {
  std::string out;
  if (!version.role.empty()) {
    out += fmt::format("{}\n  user={}\n", style.bold("Through poolers, connect as"), version.role);
  }
  if (version.role.empty() && !settings.for_role.empty()) {
    out += fmt::format("{}\n  {};\n", style.bold("Through poolers, for a role of its own, once"),
                       one_line(settings.for_role));
  }
  if (!settings.sql.empty()) out += style.bold("On every new connection") + "\n";
  for (const std::string& sql : settings.sql) out += "  " + hanging(sql, 2) + ";\n";
  if (!settings.checked.empty()) {
    out += fmt::format("{}\n  {};\n", style.bold("Or, refused while it is not served"),
                       one_line(settings.checked));
  }
  for (const auto& [name, value] : settings.environment) {
    out += fmt::format("{}\n  {}={}\n",
                       style.bold("Or in the environment of the client, not through PgBouncer"),
                       name, one_line(value));
  }
  return out;
}

// Single quotes for a shell: nothing in between is special, a quote itself is '\''.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (char byte : text) {
    if (byte == '\'') {
      out += R"('\'')";
    } else {
      out += byte;
    }
  }
  return out + "'";
}

std::string matched_out(const std::string& text, const char* pattern, const char* with) {
  return std::regex_replace(text, std::regex(pattern, std::regex::icase), with);
}

// Takes out what is masked: a client finds it in its own password file.
std::string without_password(std::string url) {
  if (url.find("://") == std::string::npos) {
    url = matched_out(url, R"((^|\s+)(ssl)?password\s*=\s*\*\*\*(?=\s|$))", "");
    return url.substr(std::min(url.find_first_not_of(' '), url.size()));
  }
  url = matched_out(url, R"(^([^?]*):\*\*\*@)", "$1@");
  url = matched_out(url, R"([&](ssl)?password=\*\*\*(?=&|$))", "");
  return matched_out(url, R"([?](ssl)?password=\*\*\*(&|$))", url.ends_with("=***") ? "" : "?");
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '-' ||
                          byte == '_' || byte == '.';
    out +=
        is_plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<unsigned char>(byte));
  }
  return out;
}

// As libpq reads a value: in single quotes, with a backslash before quotes and backslashes.
std::string keyword_quoted(std::string_view text) {
  std::string out = "'";
  for (const char byte : text) {
    if (byte == '\'' || byte == '\\') out += '\\';
    out += byte;
  }
  return out + "'";
}

// Letters, digits and underscore, for a variable's name.
std::string variable_name(std::string_view prefix, std::string_view name) {
  std::string out{prefix};
  for (char byte : name) {
    const bool is_lower = byte >= 'a' && byte <= 'z';
    const bool is_plain = (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    if (is_lower) {
      out += static_cast<char>(byte - 'a' + 'A');
    } else {
      out += is_plain ? byte : '_';
    }
  }
  return out;
}

}  // namespace

std::string version_text(const VersionView& version, const SessionSettings& settings,
                         const Style& style) {
  std::string out = fmt::format("{} is {}\n", style.bold(one_line(version.version)),
                                version.served ? style.green("served") : style.red("not served"));
  if (version.database == DatabaseKind::postgres)
    return out + postgres_text(version, settings, style);
  return out + tables_text(version);
}

std::string version_sql(const VersionView& version, const SessionSettings& settings) {
  std::string out;
  for (const std::string& sql : settings.sql) out += sql + ";\n";
  if (version.database == DatabaseKind::sqlite) {
    for (const auto& [table, name] : version.tables) {
      out += fmt::format("-- {} is reached as {}\n", one_line(table), one_line(name));
    }
    for (const std::string& sql : settings.alias) out += sql + ";\n";
  }
  return out;
}

std::string version_url(const VersionView& version, const SessionSettings& settings,
                        const std::string& masked) {
  if (version.database == DatabaseKind::sqlite) {
    throw Error(ErrorKind::invalid_input, "On SQLite a version has names of tables, no URL.",
                {.next = "migrate version NAME --env"});
  }
  std::string url = without_password(masked);
  const auto options = settings.environment.find("PGOPTIONS");
  if (options == settings.environment.end()) return url + "\n";
  if (url.find("://") == std::string::npos) {
    return fmt::format("{} options={}\n", url, keyword_quoted(options->second));
  }
  const char separator = url.find('?') == std::string::npos ? '?' : '&';
  return fmt::format("{}{}options={}\n", url, separator, percent_encoded(options->second));
}

std::string version_env(const VersionView& version, const SessionSettings& settings) {
  std::string out = fmt::format("SEGUE_VERSION={}\n", shell_quoted(version.version));
  for (const auto& [name, value] : settings.environment) {
    out += fmt::format("{}={}\n", name, shell_quoted(value));
  }
  for (const auto& [table, name] : version.tables) {
    out += fmt::format("{}={}\n", variable_name("SEGUE_TABLE_", table), shell_quoted(name));
  }
  return out;
}

}  // namespace segue::report
