//! The folder of the inbox: which of its files people dropped, and which a program left there.
//!
//! Excel keeps a lock beside an open workbook, and saves by way of a file of eight digits and letters; browsers and sync
//! programs have names for a file that is not whole yet, or an empty one for a file that is elsewhere. None of these is
//! anybody's register, so none of them may cost a night. They are passed over and named. What else lies there was meant.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::Disk;
use super::error::{Findings, LoadError, PipelineError};
use super::inbox::InboxFile;

/// The largest file that is taken in, in bytes.
const MOST_BYTES: u64 = 20 << 20;
/// The most files of an inbox.
const MOST_FILES: usize = 500;

/// How the files begin with which git keeps an empty folder; they are part of the pipeline and no news.
const OF_GIT: &str = ".git";

/// A file of the inbox that is nobody's register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// The file, as messages name it.
    pub path: PathBuf,
    /// Whether it holds nothing, where its name says nothing.
    pub is_empty: bool,
}

impl fmt::Display for PassedOver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = if self.is_empty {
            "an empty file"
        } else {
            "what a program leaves beside a file"
        };
        write!(formatter, "{} ({why})", self.path.display())
    }
}

/// What lies in the folder.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// What people dropped, by name.
    pub(super) files: Vec<PathBuf>,
    /// What was passed over, by name.
    pub(super) passed_over: Vec<PassedOver>,
}

/// The files of an inbox folder, read.
pub(super) fn read_folder(
    folder: &Path,
    disk: &Disk<'_>,
    findings: &mut Findings,
) -> Result<(Vec<InboxFile>, Vec<PassedOver>), LoadError> {
    let waiting = look(folder, disk, findings)?;
    let read = |path: PathBuf| match (disk.read)(&path) {
        Ok(bytes) => Ok(InboxFile { path, bytes }),
        Err(source) => Err(LoadError::Unreadable { path, source }),
    };
    let files = waiting.files.into_iter().map(read).collect::<Result<_, _>>()?;
    Ok((files, waiting.passed_over))
}

/// The files of an inbox folder, not opened.
pub(super) fn look(folder: &Path, disk: &Disk<'_>, findings: &mut Findings) -> Result<Waiting, LoadError> {
    let mut waiting = Waiting::default();
    let mut entries = match (disk.list)(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let error =
                PipelineError::new(folder, "the folder that is named under [inbox]", "no such folder");
            findings.push(error.with_hint("make the folder, or take [inbox] out of the pipeline file"));
            return Ok(waiting);
        }
        Err(source) => {
            return Err(LoadError::Unreadable {
                path: folder.to_path_buf(),
                source,
            });
        }
    };
    entries.sort();
    for name in entries.iter().filter_map(|entry| entry.file_name()) {
        let path = folder.join(name);
        if name.to_string_lossy().starts_with(OF_GIT) {
            continue;
        }
        if is_left_by_a_program(&name.to_string_lossy()) {
            waiting.passed_over.push(PassedOver {
                path,
                is_empty: false,
            });
            continue;
        }
        if waiting.files.len() == MOST_FILES {
            findings.push(PipelineError::new(
                folder,
                format!("at most {MOST_FILES} files"),
                "more",
            ));
            break;
        }
        let unreadable = |source: io::Error| LoadError::Unreadable {
            path: path.clone(),
            source,
        };
        match (disk.length)(&path).map_err(unreadable)? {
            None => {
                let error = PipelineError::new(&path, "a file", "a folder or something else");
                findings.push(error.with_hint("put the files in the inbox itself"));
            }
            Some(0) => waiting.passed_over.push(PassedOver { path, is_empty: true }),
            Some(length) if length > MOST_BYTES => {
                let expected = format!("a file of at most {MOST_BYTES} bytes");
                let error = PipelineError::new(&path, expected, format!("{length} bytes"));
                findings.push(error.with_hint(
                    "a register holds what people decided, not data; delete what does not belong in it",
                ));
            }
            Some(_) => waiting.files.push(path),
        }
    }
    Ok(waiting)
}

/// Whether a name is one that programs give: locks and halves of Excel, Word and LibreOffice (`~$a.xlsx`,
/// `~a.xlsx`, `.~lock.a.xlsx#`, `4F21A0B0`), downloads that are not whole, links, and what file managers keep for themselves.
pub(super) fn is_left_by_a_program(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "desktop.ini",
        "thumbs.db",
        "ehthumbs.db",
        "icon\r",
        "folder.htt",
        "$recycle.bin",
        "system volume information",
        "__macosx",
        "@eadir",
    ];
    const ENDS: [&str; 14] = [
        ".tmp",
        ".temp",
        ".part",
        ".partial",
        ".crdownload",
        ".download",
        ".opdownload",
        ".filepart",
        ".lnk",
        ".url",
        ".bak",
        ".swp",
        ".lock",
        "~",
    ];
    // Excel saves under such a name first, and a sync program sees it.
    const DIGITS: usize = 8;

    let name = name.to_lowercase();
    name.starts_with(['~', '.'])
        || NAMES.contains(&name.as_str())
        || ENDS.iter().any(|end| name.ends_with(end))
        || (name.len() == DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_leave_is_told_by_its_name() {
        for name in [
            "~$monitor.xlsx",
            "~monitor.xlsx",
            "~WRL0001.tmp",
            "4F21A0B0",
            "0c3d9e1f",
            "monitor.xlsx.tmp",
            "monitor.xlsx.part",
            "monitor.xlsx.crdownload",
            "monitor.xlsx - Snelkoppeling.lnk",
            "desktop.ini",
            "Thumbs.db",
            ".DS_Store",
            ".~lock.monitor.xlsx#",
            "._monitor.xlsx",
            "monitor.csv~",
            "@eaDir",
        ] {
            assert!(is_left_by_a_program(name), "{name}");
        }
        for name in [
            "monitor.xlsx",
            "Monitor ~ 2023.xlsx",
            "20231231.xlsx",
            "4F21A0B",
            "4F21A0B0C",
            "4F21A0BG",
            "part.csv",
            "tmp.xlsx",
            "metingen",
        ] {
            assert!(!is_left_by_a_program(name), "{name}");
        }
    }
}
