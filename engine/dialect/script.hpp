#pragma once
// What a dialect hands to the executor for one step: text and the way in which it must be run.
// Plain data; a dialect never connects. Holes in walk texts are named in braces ({position},
// {size}, {hi}) and are filled by the executor with literals that the database itself returned.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "segue/error.hpp"

namespace segue::dialect {

/// What must hold of a statement's result, else the transaction is rolled back with this error.
struct Expectation {
  enum class Rule { anything, no_rows, some_rows, affected, value };
  Rule rule = Rule::anything;
  std::int64_t affected = 0;  // Rule::affected
  std::string value;          // Rule::value: text of the first column of every row found
  ErrorKind kind = ErrorKind::drift;
  std::string message;  // {0} is the first column of the first row found
};

struct Statement {
  std::string sql;
  std::string lock = {};  // the lock it takes and why that is safe here, for the plan
  Expectation expect = {};
  /// Keeps the first value of the result (an integer) under this name; later statements of the
  /// script may hold the hole {name} or {name+1}.
  std::string capture = {};
};

/// A schema as it is and as the change would leave it had it been made directly. Both are built in
/// memory: what fails after and not before would be broken by the change.
struct DirectBuild {
  struct Text {
    std::string object;  // for people
    std::string sql;
  };
  struct Schema {
    std::vector<Text> texts;   // in order; one that fails is left out
    std::vector<Text> checks;  // must compile
  };
  Schema before;
  Schema after;
  std::vector<Text> facts;  // queries that the database answers as the direct build does
};

/// SQLite: the sync tried in memory on rows of the live table. Each attempt is one transaction that
/// is rolled back; after it `differences` must have no rows.
struct CloneProbe {
  struct Attempt {
    std::vector<std::string> before;
    std::string statement;
  };
  struct Stage {
    std::vector<std::string> setup;
    std::vector<Attempt> attempts;
    std::string differences;
  };
  std::vector<DirectBuild::Text> schema;  // one that fails is left out
  std::string table;                      // for people
  std::string sample;                     // rows of the live table, each as a list of literals
  std::string insert;                     // of one into the copy, with {row}
  std::vector<Stage> stages;
  std::vector<std::string> settings;  // every attempt is made under each of them
};

/// One transaction: begin, fence, locks, statements, probe, journal row, commit. `locks` are taken
/// in one savepoint that is polled (protocol-postgres.md 3); `calm` (rung 0) waits before it.
struct TransactionScript {
  std::string begin;
  std::vector<Statement> before;  // outside of the transaction, before it (SQLite pragmas)
  std::vector<std::string> calm;
  std::vector<std::string> locks;
  std::vector<std::string> locked_tables;  // quoted, to report who blocks
  std::vector<Statement> statements;
  /// Run in a savepoint that is rolled back, after `probe_settings`. A conflict (class 23) in it,
  /// and what the user's own trigger raises (class P0), is inconclusive and then `probe_fallback`
  /// runs the same way.
  std::vector<Statement> probe_settings = {};
  /// Each statement is a probe of its own; otherwise they build on each other.
  bool probes_each = false;
  std::vector<Statement> probe;
  std::vector<Statement> probe_fallback;
  bool fresh_connection = false;  // the probe needs one that has not touched the table
  /// Built before the transaction begins; its facts must hold before the transaction commits.
  std::optional<DirectBuild> direct_build = {};
  /// Tried before the transaction begins.
  std::optional<CloneProbe> clone_probe = {};
  std::vector<Statement> after;  // outside of the transaction, after it
  /// Outside of the transaction, after a ROLLBACK: gives the connection its settings back (SQLite:
  /// writable_schema, which a rollback does not reset).
  std::vector<Statement> failed = {};
};

/// A statement that cannot run in a transaction. `state` returns one row: 'done', 'absent' or
/// 'partial', and is asked before and after; 'unknown' when nobody can tell: then it is run, and
/// believed.
struct StandaloneScript {
  std::vector<Statement> before = {};  // session settings for it; `after` puts them back
  Statement statement;
  Statement state;
  Statement clean_up;  // brings 'partial' back to 'absent'
  std::vector<Statement> after = {};
  /// Tried first where nothing stands yet: the same in one transaction. One that is `refused` (the
  /// table is too large for it) or meets a lock leaves the work to `statement`.
  std::optional<TransactionScript> direct = {};
};

/// How much a walk takes at once and how long it leaves the table alone. The size of a chunk
/// follows the time for which it held its locks.
struct PaceSettings {
  static constexpr std::int64_t unlimited = 1'000'000'000'000;  // more than any table has

  std::int64_t size_first = 100;
  std::int64_t size_min = 1;
  std::int64_t size_max = 100'000;
  double target_alone_ms = 100;  // lock hold while nobody else uses the table
  double target_shared_ms = 10;
  double pause_alone_ms = 0;
  double pause_shared_ms = 0;
  /// Once per `long_pause_every_ms` a pause of this length: waiters that poll get in (SQLite).
  double long_pause_ms = 0;
  double long_pause_every_ms = 50;
  /// Signs of others; either may be empty. Query: true when others use the table or wait for us.
  std::string shared = {};
  /// Query: another answer than the last time tells that others have committed meanwhile.
  std::string commits = {};
};

/// A sweep over a table in chunks.
struct WalkScript {
  std::string table;     // for people
  std::string begin;     // of a chunk's transaction
  std::string first;     // literal of the start position (exclusive)
  std::string total;     // query: estimated number of rows
  std::string identity;  // query: (file node | schema version); another value restarts or pauses
  /// Query with {position}, {size} and {mark}: one row (hi, mark): the end of the chunk as a
  /// literal and what is kept beside it for the next one: the key there, or the end of the whole
  /// sweep. hi NULL at the end.
  std::string bound;
  /// Query with {position}: one row, the mark now found at the position; empty when not needed.
  std::string mark;
  std::vector<Statement> restart;  // when the mark moved: empties what was copied
  std::vector<Statement> chunk;    // with {position} and {hi}; affected rows are counted as done
  std::string swallowers = {};     // for people: triggers that may keep a row from being written
  /// Run in place of `chunk` for a range in which it failed with a conflict (a row for which `up`
  /// raises).
  std::vector<Statement> chunk_guarded = {};
  /// Query with {limit}. With a `residual_chunk`: keys of rows still missing, none: complete.
  /// Without: one row (number of rows still missing, number of those that cannot be filled, one of
  /// them), 0: complete; what cannot be filled then stops with check_failed unless `leave_failing`.
  std::string residual;
  /// Given: `residual` has {position} and {hi} too, and is asked of range after range of `bound`.
  std::optional<PaceSettings> residual_pace = {};
  bool leave_failing = false;
  /// What stands in the way are locks on rows, not on the database: a chunk that stays locked may
  /// come last. Only with a `residual`, which finds it again after a kill.
  bool may_come_last = false;
  /// Writes some of them; empty: the sweep itself again. Holds the hole {keys}: first columns of
  /// rows that `residual` returned, which are literals, joined by commas.
  std::vector<Statement> residual_chunk;
  /// What must hold once no row is left, read in a transaction of its own that begins so.
  std::string proof_begin = {};
  std::vector<Statement> proof = {};
  /// A changed identity only asks for a look: the drift checks run, and what they pass goes on
  /// where it was (SQLite: VACUUM and other DDL raise schema_version). Otherwise positions are
  /// void.
  bool identity_is_hint = false;
  PaceSettings pace = {};
  bool user_triggers = true;           // false: SQLite, ENABLE_TRIGGER off around it
  std::vector<Statement> before = {};  // session settings for the walk; `after` puts them back
  std::vector<Statement> after = {};
  /// Run outside of the transaction whenever chunks have held the lock for `between_held_ms`
  /// (SQLite: a passive checkpoint).
  std::vector<Statement> between = {};
  double between_held_ms = 0;
  /// SQLite: bytes of write-ahead log above which the walk pauses after `between`; 0: none.
  std::int64_t wal_limit = 0;
};

/// A proof over every row, read-only, in slices. `differences` returns (key, old, new) of rows that
/// disagree, and whether they do so in representation only; `count` their number and that of all
/// rows that were looked at. With {position} and {hi} when `bound` is set, else whole.
struct CompareScript {
  std::string table;
  std::string begin;  // read-only transaction of a slice
  std::string first;
  std::string total;
  std::string bound;
  std::string count;
  /// Asked where `count` found some: how many of them differ in representation only, being equal by
  /// the type's own `=`. Empty: the database has no such types.
  std::string representation = {};
  std::string differences;
  PaceSettings pace = {};
  std::string proof;  // "whole", or what the weaker proof consists of
};

/// Waits until a query has no rows; each row names one that holds it up.
struct WaitScript {
  std::vector<Statement> before;  // run once, first
  std::string holders;
  std::string waiting_for;  // for people
  int limit_ms = 600'000;
  ErrorKind kind = ErrorKind::lock_timeout;
};

/// A gate: `offenders` is sampled for `watch_ms`; any row refuses.
struct GateScript {
  std::string offenders;
  int watch_ms = 0;
  bool to_the_end = false;  // watched for all that time also when clients are accepted
  std::string message;
};

using Script = std::variant<TransactionScript, StandaloneScript, WalkScript, CompareScript,
                            WaitScript, GateScript>;

}  // namespace segue::dialect
