//! What people dropped, on its way into the landing: the same bytes under the same name are the same file, whenever they
//! are seen again, and what is no longer in the folder does not count any more.
//!
//! The files were read and checked as registers before they come here; nothing of a refused one lands.

use std::io::Read as _;
use std::path::PathBuf;

use crate::clock::Clock;
use crate::disk;
use crate::landing::{Arrival, Landed, Landing, LandingError, LandingWriter};
use crate::pipeline::{Dropped, INBOX, InboxFile};

/// The longest part that is kept of a name.
const LONGEST_NAME: usize = 150;

/// Lands the files of the inbox; they are all that counts of it from now on.
///
/// # Errors
/// [`LandingError`].
pub fn land(dropped: &[Dropped], clock: &Clock, writer: &mut LandingWriter<'_>) -> Result<(), LandingError> {
    let before = writer.landing().read_source(INBOX)?;
    let mut kept: Vec<Landed> = Vec::new();
    for Dropped { file, .. } in dropped {
        let (name, sha256) = (landed_name(file), disk::sha256_hex(&file.bytes));
        let known = before
            .iter()
            .rev()
            .find(|landed| landed.entry.name == name && landed.entry.sha256 == sha256);
        let time = clock.now();
        let arrival = Arrival {
            name,
            url: file.path.display().to_string(),
            time,
            status: 200,
            etag: None,
            last_modified: None,
            rows: None,
            // The day on which it was first seen: otherwise every night would bring something new.
            peildatum: known.map_or_else(|| time.date_naive(), |landed| landed.entry.peildatum),
            edition: None,
        };
        kept.push(writer.store(INBOX, arrival, file.bytes.as_slice())?);
    }
    writer.withdraw_all_but(INBOX, &kept)
}

/// The files of the inbox that count, as they landed.
///
/// # Errors
/// [`LandingError`] when one is gone or altered.
pub fn landed(landing: &Landing) -> Result<Vec<InboxFile>, LandingError> {
    let mut files = Vec::new();
    for landed in landing.in_use(INBOX)? {
        let mut bytes = Vec::new();
        landed
            .open()?
            .read_to_end(&mut bytes)
            .map_err(|cause| LandingError::Unseekable {
                path: landed.path.clone(),
                cause,
            })?;
        files.push(InboxFile {
            path: PathBuf::from(&landed.entry.url),
            bytes,
        });
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

/// The name of a file where names are plain; other names are made so, with a mark of what they were, for two of them
/// could become the same.
fn landed_name(file: &InboxFile) -> String {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    if disk::is_plain_name(&name) && name.len() <= LONGEST_NAME {
        return name.into_owned();
    }
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let plain: String = name
        .chars()
        .map(|letter| if is_plain(letter) { letter } else { '_' })
        .take(LONGEST_NAME)
        .collect();
    let mark = disk::sha256_hex(name.as_bytes());
    format!("{mark:.8}_{plain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_give_become_plain_and_stay_apart() {
        let name = |name: &str| {
            landed_name(&InboxFile {
                path: PathBuf::from("pipelines/inbox").join(name),
                bytes: Vec::new(),
            })
        };
        assert_eq!(name("monitor-2023.xlsx"), "monitor-2023.xlsx");
        let (first, second) = (name("Monitor é.xlsx"), name("Monitor ë.xlsx"));
        assert!(first.ends_with("_Monitor__.xlsx"), "{first}");
        assert_ne!(first, second);
        for name in [&first, &second, &name(&"x".repeat(250)), &name("…")] {
            assert!(disk::is_plain_name(name), "{name}");
        }
    }
}
