#pragma once
// Content hashes. SHA-256 (FIPS 180-4), by libcrypto.

#include <string>
#include <string_view>

namespace segue {

/// Lower-case hexadecimal SHA-256 of the bytes.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// The hash by which a migration file is known: over its text without a byte-order mark and with
/// line endings as '\n', so that a checkout on another system is the same file.
[[nodiscard]] std::string file_hash(std::string_view text);

}  // namespace segue
