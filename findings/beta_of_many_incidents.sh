#!/usr/bin/env bash
# statrs 0.18.0 (Rust): the regularised incomplete beta function is wrong in the third digit for a million incidents, and says
# nothing.
#
# For two equal parameters the function is exactly one half at one half, whatever they are. Its continued fraction is cut off
# after 140 terms, which is enough for small parameters: at 10,000 the answer is right in ten digits, at 500,000 it is 0.49878,
# at 3 million 0.431. (With parameters of 3 and 7 million, at 0.3, it is 0.578 where SciPy 1.16.3 gives 0.500037.) No error, no NaN.
#
# Why it matters here: an exact interval of a share of all crimes of the country is such a value. Our own fraction goes on until
# it converges, or gives nothing.
#
# Output seen:
#   10000    0.5000000000
#   500000   0.4987786466
#   3000000  0.4308945189
set -Eeuo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
statrs = { version = "=0.18.0", default-features = false }
TOML
cat > src/main.rs <<'RUST'
use statrs::function::beta::beta_reg;

fn main() {
    let seen: Vec<f64> = [10_000.0, 500_000.0, 3_000_000.0]
        .into_iter()
        .map(|parameter| {
            let value = beta_reg(parameter, parameter, 0.5);
            println!("{parameter:<8} {value:.10}");
            value
        })
        .collect();
    let is_right = |value: f64| (value - 0.5).abs() < 1e-9;
    assert!(is_right(seen[0]) && !is_right(seen[1]), "the behaviour changed");
    assert!((seen[1] - 0.5).abs() > 1e-3 && (seen[2] - 0.5).abs() > 1e-3, "the behaviour changed");
}
RUST
CARGO_TARGET_DIR="$folder/target" cargo run -q
