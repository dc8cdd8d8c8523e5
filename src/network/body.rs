//! The content of an answer as it comes in, which ends only where the answer ends.

use std::io::{self, Read};

use ureq::BodyReader;

use super::Limits;
use super::error::NetworkError;

/// The content, unpacked.
///
/// Less than the announced length, chunks without the last one, gzip that is cut off and a reset are all an
/// [`io::Error`] with a [`NetworkError`] inside, and stay one however often is read again. Only an answer that
/// announces no length and has no chunks ends where the connection is closed in order; whoever reads that must
/// see in the content itself that it is whole.
pub struct Body {
    reader: BodyReader<'static>,
    host: String,
    limits: Limits,
    received: u64,
    failure: Option<NetworkError>,
}

impl Body {
    pub(super) fn new(reader: BodyReader<'static>, host: String, limits: Limits) -> Self {
        Self {
            reader,
            host,
            limits,
            received: 0,
            failure: None,
        }
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The library below says "end" when it is asked once more after an error.
        if let Some(failure) = &self.failure {
            return Err(io::Error::new(failure.io_kind(), failure.clone()));
        }
        match self.reader.read(buffer) {
            Ok(length) => {
                self.received += length as u64;
                Ok(length)
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => Err(cause),
            Err(cause) => {
                let error = ureq::Error::from(cause);
                let failure = NetworkError::in_content(error, self.host.clone(), self.received, self.limits);
                self.failure = Some(failure.clone());
                Err(io::Error::new(failure.io_kind(), failure))
            }
        }
    }
}
