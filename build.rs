//! Embeds `sql/` in the binary: a list of (path, text) in the order of the paths; and a fingerprint of the program's
//! own source, so that a release says which code made it and a changed program builds again.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script has no other door to the disk than the standard library"
)]

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let sql = root.join("sql");
    let mut files = Vec::new();
    collect(&sql, "sql", &mut files)?;
    files.sort();

    let mut list = String::from("&[\n");
    for file in &files {
        let name = file
            .strip_prefix(&sql)
            .unwrap_or(file)
            .to_string_lossy()
            .replace('\\', "/");
        let path = file.to_string_lossy();
        let _ = writeln!(list, "    ({name:?}, include_str!({path:?})),");
    }
    list.push_str("]\n");
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("sql_files.rs");
    fs::write(target, list)?;

    let mut sources = Vec::new();
    for ending in ["rs", "html"] {
        collect(&root.join("src"), ending, &mut sources)?;
    }
    sources.sort();
    // The hasher of the standard library has fixed keys: the same source gives the same digits.
    let mut hasher = DefaultHasher::new();
    for source in &sources {
        source.strip_prefix(&root).unwrap_or(source).hash(&mut hasher);
        fs::read(source)?.hash(&mut hasher);
    }
    println!("cargo::rustc-env=NULMETING_SOURCE={:016x}", hasher.finish());
    Ok(())
}

/// Every file below a folder with an ending. Cargo looks at the folders again when a file is added.
fn collect(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, ending, files)?;
        } else if path.extension().is_some_and(|extension| extension == ending) {
            files.push(path);
        }
    }
    Ok(())
}
