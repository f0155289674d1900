#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "engine/parse/document.hpp"

// YAML through yaml-cpp's events. What YAML offers beyond a tree of texts is refused where it
// stands: anchors and aliases (a few lines can stand for gigabytes), tags, a second document.
// Limits are kept while reading, before memory is spent; yaml-cpp's own recursion ends at 500
// levels.

namespace segue::parse {
namespace {

// Ends the parse from inside of an event; the problem is already noted.
struct StopReading {};

struct Frame {
  Node node;
  bool has_key = false;  // of a map: the next value belongs to `key`
  std::string key;
  Place key_where;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const FileContext& file) : file_(file) {}

  [[nodiscard]] std::optional<Node> take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) stop(place(mark), "the file holds more than one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    Node node;
    node.where = place(mark);
    place_value(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop(place(mark), "aliases are not read: write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    Node node;
    node.shape = Node::Shape::scalar;
    node.text = value;
    node.is_quoted = tag == "!";  // yaml-cpp's mark for every scalar that is not plain
    node.where = place(mark);
    node.text_where = node.is_quoted ? text_start(mark) : node.where;
    place_value(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Shape::list);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Shape::map);
  }
  void OnMapEnd() override { close(); }

 private:
  Place place(const YAML::Mark& mark) const {
    return file_.source.place_at(static_cast<std::size_t>(std::max(mark.pos, 0)));
  }

  [[noreturn]] void stop(Place where, std::string message) {
    file_.problems.add(where, std::move(message));
    throw StopReading{};
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) stop(place(mark), "anchors are not read: write the value out");
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    const bool is_implied = tag.empty() || tag == "?" || tag == "!";
    if (!is_implied) stop(place(mark), fmt::format("tags are not read: {}", quoted_excerpt(tag)));
  }

  // Where a quoted or block scalar's own text begins.
  Place text_start(const YAML::Mark& mark) const {
    const std::string_view text = file_.source.text();
    const auto at = static_cast<std::size_t>(std::max(mark.pos, 0));
    if (at >= text.size()) return place(mark);
    if (text[at] != '|' && text[at] != '>') return file_.source.place_at(at + 1);
    const std::size_t line = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::size_t first = std::min(text.find_first_not_of(" \r\n", line), text.size());
    // The first line that is not empty gives the block's indentation to all of them.
    return {file_.source.place_at(line).line, file_.source.place_at(first).column};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Shape shape) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (frames_.size() >= file_.options.nesting_max) {
      stop(place(mark), fmt::format("nested deeper than {} levels", file_.options.nesting_max));
    }
    Frame frame;
    frame.node.shape = shape;
    frame.node.where = place(mark);
    frames_.push_back(std::move(frame));
  }

  void close() {
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    place_value(std::move(node));
  }

  void place_value(Node node) {
    if (++values_ > values_max) {
      stop(node.where, fmt::format("the file has more than {} values", values_max));
    }
    if (frames_.empty()) {
      root_ = std::move(node);
    } else if (Frame& frame = frames_.back(); frame.node.shape == Node::Shape::list) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.has_key) {
      if (node.shape != Node::Shape::scalar) stop(node.where, "a key must be text");
      frame.has_key = true;
      frame.key = std::move(node.text);
      frame.key_where = node.where;
    } else {
      frame.has_key = false;
      frame.node.entries.push_back({std::move(frame.key), frame.key_where, std::move(node)});
    }
  }

  const FileContext& file_;
  std::vector<Frame> frames_;
  std::optional<Node> root_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

}  // namespace

std::optional<Node> read_yaml(const FileContext& file) {
  TreeBuilder builder(file);
  try {
    std::istringstream stream{std::string(file.source.text())};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take_root();
  } catch (const StopReading&) {
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    const bool has_place = error.mark.pos >= 0 && !error.mark.is_null();
    const Place where =
        has_place ? file.source.place_at(static_cast<std::size_t>(error.mark.pos)) : Place{1, 1};
    file.problems.add(where, fmt::format("this is not YAML: {}", error.msg));
    return std::nullopt;
  }
}

}  // namespace segue::parse
