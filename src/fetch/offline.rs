//! `--offline`: the recorded files of `fixtures/`, landed as a fetch would land them. What ends in `.gz` is unpacked
//! first; a zip that a service gave lands as it came.

use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::error::FetchError;
use crate::clock::Clock;
use crate::disk;
use crate::landing::{Arrival, LandingError, LandingWriter};
use crate::pipeline::Pipeline;

/// Lands every recorded file of the pipeline. `fixtures` is the folder that their paths are relative to.
///
/// # Errors
/// [`FetchError::NoRecording`] for the first file that is not there; nothing has been landed then.
pub fn land(
    pipeline: &Pipeline,
    fixtures: &Path,
    clock: &Clock,
    landing: &mut LandingWriter<'_>,
) -> Result<u64, FetchError> {
    let recorded = || {
        pipeline
            .file
            .sources
            .iter()
            .flat_map(|source| source.recorded.iter().map(move |file| (source, file)))
    };
    for (source, file) in recorded() {
        let path = fixtures.join(&file.path);
        if disk::kind(&path)?.is_none() {
            return Err(FetchError::NoRecording {
                source_id: source.id.clone(),
                path,
            });
        }
    }
    let mut landed = 0;
    for (source, file) in recorded() {
        let name = file
            .path
            .rsplit('/')
            .next()
            .unwrap_or(&file.path)
            .trim_end_matches(".gz");
        let arrival = Arrival {
            name: name.to_owned(),
            url: source.table_url(),
            time: clock.now(),
            status: 200,
            etag: None,
            last_modified: None,
            rows: None,
            peildatum: file.peildatum,
            edition: source.division_of(file).map(|year| year.to_string()),
        };
        let path = fixtures.join(&file.path);
        let packed = disk::open(&path)?;
        let body: Box<dyn Read> = match file.path.strip_suffix(".gz") {
            Some(_) => Box::new(MultiGzDecoder::new(packed)),
            None => Box::new(packed),
        };
        landing
            .store(&source.id, arrival, body)
            .map_err(|error| match error {
                LandingError::Empty { .. } => FetchError::Recording {
                    path: path.clone(),
                    problem: "is empty".to_owned(),
                },
                LandingError::BrokenOff { cause, .. } => FetchError::Recording {
                    path: path.clone(),
                    problem: format!("cannot be unpacked: {cause}"),
                },
                error => FetchError::Landing(error),
            })?;
        landed += 1;
    }
    if landed == 0 {
        let pipeline = pipeline
            .files
            .first()
            .map(|(path, _)| path.display().to_string())
            .unwrap_or_default();
        return Err(FetchError::NothingRecorded { pipeline });
    }
    Ok(landed)
}
