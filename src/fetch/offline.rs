//! `--offline`: the recorded files of `fixtures/`, landed as a fetch would land them. What ends in `.gz` is unpacked
//! first; a zip that a service gave lands as it came.

use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::error::FetchError;
use crate::clock::Clock;
use crate::disk;
use crate::landing::{Arrival, LandingError, LandingWriter};
use crate::pipeline::{Pipeline, Recorded, Source};

/// How the name of a packed file ends.
const PACKED: &str = ".gz";

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
    let mut paths = Vec::new();
    let mut arrivals = Vec::new();
    for source in &pipeline.file.sources {
        for file in &source.recorded {
            let path = fixtures.join(&file.path);
            if disk::kind(&path)?.is_none() {
                return Err(FetchError::NoRecording {
                    source_id: source.id.clone(),
                    path,
                });
            }
            paths.push(path);
            arrivals.push((source.id.clone(), arrival(source, file, clock)));
        }
    }
    let landed = arrivals.len() as u64;
    // A place is that of an arrival, and every arrival has its path.
    landing
        .store_all(arrivals, |place| unpacked(&paths[place]))
        .map_err(|(place, error)| refused(&paths[place], error))?;
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

fn arrival(source: &Source, file: &Recorded, clock: &Clock) -> Arrival {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    Arrival {
        name: name.trim_end_matches(PACKED).to_owned(),
        url: source.table_url(),
        time: clock.now(),
        status: 200,
        etag: None,
        last_modified: None,
        rows: None,
        peildatum: file.peildatum,
        edition: source.division_of(file).map(|year| year.to_string()),
    }
}

fn unpacked(path: &Path) -> Result<Box<dyn Read>, LandingError> {
    let packed = disk::open(path)?;
    Ok(if path.to_string_lossy().ends_with(PACKED) {
        Box::new(MultiGzDecoder::new(packed))
    } else {
        Box::new(packed)
    })
}

fn refused(path: &Path, error: LandingError) -> FetchError {
    let problem = match error {
        LandingError::Empty { .. } => "is empty".to_owned(),
        LandingError::BrokenOff { cause, .. } => format!("cannot be unpacked: {cause}"),
        error => return FetchError::Landing(error),
    };
    FetchError::Recording {
        path: path.to_owned(),
        problem,
    }
}
