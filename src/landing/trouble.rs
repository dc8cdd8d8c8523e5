//! That a source brought nothing new: `trouble.json` beside its manifest, from the first night of it to the next good one.
//!
//! The landing keeps what came; here it keeps that something did not, so that whoever builds later, or looks, knows it
//! too. The day is that of the first night without news, whatever was wrong in the nights after it.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Landing, LandingError, LandingWriter};
use crate::clock::serde_date;
use crate::disk::{self, Kind};

/// Why a source brought nothing new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// What kind of trouble it is, in one Dutch word that stays the same as long as the trouble does: `storing`.
    pub code: String,
    /// What it is about, when that stays the same from night to night too: a status, a list of keys.
    pub about: Option<String>,
    /// All that is known of it, as it was said in the last night of it.
    pub detail: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The first night without news.
    #[serde(with = "serde_date")]
    pub since: NaiveDate,
}

impl Landing {
    /// What keeps a source from bringing anything new; nothing when its last fetch went well.
    ///
    /// # Errors
    /// [`LandingError`] when the id is unsafe or the file cannot be understood.
    pub fn trouble(&self, source_id: &str) -> Result<Option<Trouble>, LandingError> {
        let Some(folder) = self.existing_folder(source_id)? else {
            return Ok(None);
        };
        let path = path(&folder);
        match disk::kind(&path)? {
            None => return Ok(None),
            Some(Kind::File) => {}
            Some(_) => return Err(LandingError::NotAFile { path }),
        }
        let bytes = disk::read(&path)?;
        let read = serde_json::from_slice(&bytes).map_err(|error| LandingError::Manifest {
            path,
            expected: "the trouble of a source as nulmeting writes it".to_owned(),
            found: error.to_string(),
        });
        read.map(Some)
    }
}

impl LandingWriter<'_> {
    /// Notes that a source brought nothing. When it was in trouble before, the day of that stays.
    ///
    /// # Errors
    /// [`LandingError`]: the disk, or an earlier note that cannot be understood.
    pub fn note_trouble(&mut self, source_id: &str, trouble: Trouble) -> Result<(), LandingError> {
        let before = self.landing().trouble(source_id)?;
        let trouble = Trouble {
            since: before.map_or(trouble.since, |before| before.since),
            ..trouble
        };
        let path = path(&self.folder(source_id)?);
        let mut text = serde_json::to_vec_pretty(&trouble).map_err(|error| LandingError::Manifest {
            path: path.clone(),
            expected: "trouble that can be written as JSON".to_owned(),
            found: error.to_string(),
        })?;
        text.push(b'\n');
        Ok(disk::write_atomic(&path, &text)?)
    }

    /// Notes that a source brought what it has.
    ///
    /// # Errors
    /// [`LandingError::Disk`].
    pub fn clear_trouble(&mut self, source_id: &str) -> Result<(), LandingError> {
        let path = path(&self.folder(source_id)?);
        if disk::kind(&path)? == Some(Kind::File) {
            disk::remove_file(&path)?;
        }
        Ok(())
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("trouble.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::parse_date;
    use crate::landing::tests::Data;

    const SOURCE: &str = "47013NED";

    fn trouble(code: &str, day: &str) -> Trouble {
        Trouble {
            code: code.to_owned(),
            about: None,
            detail: format!("{code} on {day}"),
            hint: None,
            since: parse_date(day).unwrap(),
        }
    }

    #[test]
    fn trouble_keeps_the_day_of_its_first_night_until_a_good_one() {
        let mut data = Data::new();
        let mut writer = LandingWriter::open(&mut data.lock).unwrap();
        assert_eq!(writer.landing().trouble(SOURCE).unwrap(), None);
        writer
            .note_trouble(SOURCE, trouble("storing", "2026-11-24"))
            .unwrap();
        writer
            .note_trouble(SOURCE, trouble("onvolledig", "2026-11-25"))
            .unwrap();
        let noted = writer.landing().trouble(SOURCE).unwrap().unwrap();
        assert_eq!(
            (noted.code.as_str(), noted.since.to_string().as_str()),
            ("onvolledig", "2026-11-24")
        );
        writer.clear_trouble(SOURCE).unwrap();
        writer.clear_trouble(SOURCE).unwrap();
        assert_eq!(writer.landing().trouble(SOURCE).unwrap(), None);
        writer
            .note_trouble(SOURCE, trouble("storing", "2026-11-26"))
            .unwrap();
        let noted = writer.landing().trouble(SOURCE).unwrap().unwrap();
        assert_eq!(noted.since.to_string(), "2026-11-26");
    }

    #[test]
    fn a_note_that_cannot_be_understood_is_refused_and_not_written_over() {
        let mut data = Data::new();
        let mut writer = LandingWriter::open(&mut data.lock).unwrap();
        writer
            .note_trouble(SOURCE, trouble("storing", "2026-11-24"))
            .unwrap();
        let path = writer.folder(SOURCE).unwrap().join("trouble.json");
        disk::write_atomic(&path, b"{}").unwrap();
        assert!(matches!(
            writer.note_trouble(SOURCE, trouble("storing", "2026-11-25")),
            Err(LandingError::Manifest { .. })
        ));
        assert_eq!(disk::read(&path).unwrap(), b"{}");
    }
}
