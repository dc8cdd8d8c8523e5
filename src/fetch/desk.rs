//! One question to a service, asked until it is answered well: what is fetched goes through here and nowhere else.
//!
//! An answer counts when it is a 200 whose bytes are on the disk and were read to their end. Anything else is either
//! worth another try (a busy or broken service) or the end of it (a table that does not exist).

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::address::{LONGEST, Question};
use super::error::FetchError;
use super::patience::{GaveUp, HostPulse, Judgement, Patience, persist, worth_another_try};
use super::watch::Watch;
use crate::clock::Clock;
use crate::disk;
use crate::landing::{Arrival, Landed, LandingError, Marks, Refused, Snapshot};
use crate::network::{self, Answer, Network, NetworkError};
use crate::normalise::readers::ReadError;

/// The largest answer that is held in memory: what a service says of one table.
const LARGEST_SMALL: u64 = 4 << 20;
/// The largest page: ten thousand rows of a hundred topics are 30 MiB. A zip of a whole table has no bound but its time.
const LARGEST_PAGE: u64 = 256 << 20;
/// How long a zip may take: the largest tables have a hundred million rows. A line that is silent ends sooner.
const LONGEST_ZIP: Duration = Duration::from_hours(1);
/// The answer that was given before still holds.
const NOT_MODIFIED: u16 = 304;
/// How much of an unexpected answer is shown.
const SHOWN: u64 = 2048;

/// Asks, with patience.
pub struct Desk<'a> {
    network: &'a Network,
    patience: Patience,
    clock: &'a Clock,
    watch: &'a dyn Watch,
    started: Instant,
    pulses: Mutex<BTreeMap<String, Arc<HostPulse>>>,
    /// For each host the small question that it answered last, and the fingerprint of the answer.
    answered: Mutex<BTreeMap<String, (String, String)>>,
}

/// Why one try gave nothing, before it is known whether there will be another.
type Try<T> = Result<T, Judgement<FetchError>>;

impl<'a> Desk<'a> {
    /// A desk that has asked nothing yet.
    pub fn new(network: &'a Network, patience: Patience, clock: &'a Clock, watch: &'a dyn Watch) -> Self {
        Self {
            network,
            patience,
            clock,
            watch,
            started: Instant::now(),
            pulses: Mutex::default(),
            answered: Mutex::default(),
        }
    }

    /// Who looks on.
    pub fn watch(&self) -> &dyn Watch {
        self.watch
    }

    /// The clock of the run.
    pub fn clock(&self) -> &Clock {
        self.clock
    }

    /// A small answer, read into memory and by `judge`; nothing when the service says that the answer of these marks
    /// still holds.
    ///
    /// # Errors
    /// [`FetchError`] when the service gives none.
    pub fn ask<T>(
        &self,
        source_id: &str,
        question: &Question,
        marks: &Marks,
        judge: impl Fn(&[u8]) -> Result<T, ReadError>,
    ) -> Result<Option<(T, Reply)>, FetchError> {
        self.persist(source_id, question, |url| {
            let answer = self.get(source_id, question, url, marks)?;
            if answer.status == NOT_MODIFIED {
                return Ok(None);
            }
            let reply = Reply::of(&answer, url);
            let mut bytes = Vec::new();
            answer
                .body
                .take(LARGEST_SMALL + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| again(&format!("the answer broke off: {error}")))?;
            if bytes.len() as u64 > LARGEST_SMALL {
                return Err(again(&format!(
                    "more than {LARGEST_SMALL} bytes for a small answer"
                )));
            }
            let judged = judge(&bytes).map_err(|error| again(&error.to_string()))?;
            self.remember(url, &bytes);
            Ok(Some((judged, Reply { bytes, ..reply })))
        })
    }

    /// An answer that lands in a snapshot under a name, read by `judge` where it stands.
    ///
    /// # Errors
    /// As [`Desk::ask`]; and the disk.
    pub fn land<T>(
        &self,
        snapshot: &Snapshot<'_, '_>,
        source_id: &str,
        name: &str,
        question: &Question,
        judge: impl Fn(&Path) -> Result<T, ReadError>,
    ) -> Result<(Landed, T), FetchError> {
        self.persist(source_id, question, |url| {
            let answer = self.get(source_id, question, url, &Marks::default())?;
            let arrival = Reply::of(&answer, url).arrival(name, self.clock);
            let most = if question.is_zip { u64::MAX } else { LARGEST_PAGE };
            let body = Bounded {
                inner: answer.body,
                most,
                left: most,
            };
            snapshot
                .store(arrival, body, &judge)
                .map_err(|refused| match refused {
                    Refused::Judged(error) if error.is_io() => {
                        Judgement::Final(FetchError::Read(Box::new(error)))
                    }
                    Refused::Judged(error) => again(&error.to_string()),
                    Refused::Landing(
                        error @ (LandingError::BrokenOff { .. } | LandingError::Empty { .. }),
                    ) => again(&error.to_string()),
                    Refused::Landing(error) => Judgement::Final(FetchError::Landing(error)),
                })
        })
    }

    fn get(&self, source_id: &str, asked: &Question, url: &str, marks: &Marks) -> Try<Answer> {
        let question = network::Question {
            url,
            etag: marks.etag.as_deref(),
            last_modified: marks.last_modified.as_deref(),
            accept: if asked.is_zip { "*/*" } else { "application/json" },
            whole: asked.is_zip.then_some(LONGEST_ZIP),
        };
        let answer = self.network.get(&question).map_err(|error| {
            if error.is_temporary() {
                again(&error.to_string())
            } else {
                Judgement::Final(network_error(source_id, error))
            }
        })?;
        match answer.status {
            200 => Ok(answer),
            NOT_MODIFIED if *marks != Marks::default() => Ok(answer),
            status if worth_another_try(status) => Err(Judgement::Again {
                // A date is meant by the clock of the world, also in a night that is replayed.
                wait: answer.retry_after.map(|wait| wait.wait(Clock::real().now())),
                reason: match said_in(answer) {
                    said if said.is_empty() => format!("status {status}"),
                    said => format!("status {status}: {said}"),
                },
            }),
            status => Err(Judgement::Final(refused(source_id, url, status, answer))),
        }
    }

    fn persist<T>(
        &self,
        source_id: &str,
        question: &Question,
        attempt: impl Fn(&str) -> Try<T>,
    ) -> Result<T, FetchError> {
        let url = question.address();
        if url.len() > LONGEST {
            return Err(FetchError::LongAddress {
                source_id: source_id.to_owned(),
                length: url.len(),
            });
        }
        let host = host_of(&url);
        let pulse = {
            let mut pulses = self.pulses.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(pulses.entry(host.to_owned()).or_default())
        };
        let tell = |text: &str| self.watch.say(&format!("{host}: {text}"));
        let attempts = Cell::new(0);
        persist(
            &self.patience,
            &pulse,
            &std::thread::sleep,
            &|| self.started.elapsed(),
            &tell,
            || {
                attempts.set(attempts.get() + 1);
                attempt(&url)
            },
        )
        .map_err(|gave_up| match gave_up {
            GaveUp::Final(error) => error,
            GaveUp::Outage { last, .. } if self.is_up(host, &url) => {
                pulse.beat(self.started.elapsed());
                FetchError::TooOften {
                    source_id: source_id.to_owned(),
                    url: url.clone(),
                    slice: None,
                    attempts: attempts.get(),
                    last,
                }
            }
            GaveUp::Outage { seconds, last } => FetchError::Outage {
                source_id: source_id.to_owned(),
                host: host.to_owned(),
                seconds,
                last,
            },
            GaveUp::AskedToWait { seconds, last } => FetchError::Outage {
                source_id: source_id.to_owned(),
                host: host.to_owned(),
                seconds: 0,
                last: format!("{last}; it asks to be left alone for {seconds} s"),
            },
            GaveUp::TooOften { attempts, last } => FetchError::TooOften {
                source_id: source_id.to_owned(),
                url: url.clone(),
                slice: None,
                attempts,
                last,
            },
        })
    }

    fn remember(&self, url: &str, bytes: &[u8]) {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.insert(host_of(url).to_owned(), (url.to_owned(), disk::sha256_hex(bytes)));
    }

    /// Whether a host still answers, as it did, the question that it answered last. One question that is the only one left
    /// cannot tell whether it is the question or the host.
    fn is_up(&self, host: &str, failing: &str) -> bool {
        let known = {
            let answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
            answered.get(host).cloned()
        };
        let Some((url, expected)) = known.filter(|(url, _)| url != failing) else {
            return false;
        };
        self.watch.say(&format!(
            "{host}: asking what it answered before, to see whether it is up"
        ));
        let question = network::Question {
            url: &url,
            etag: None,
            last_modified: None,
            accept: "application/json",
            whole: None,
        };
        let Ok(answer) = self.network.get(&question) else {
            return false;
        };
        let mut bytes = Vec::new();
        answer.status == 200
            && answer.body.take(LARGEST_SMALL).read_to_end(&mut bytes).is_ok()
            && disk::sha256_hex(&bytes) == expected
    }
}

/// Content that may not go on for ever: what comes after `most` bytes is an error, and not the end.
struct Bounded<R> {
    inner: R,
    most: u64,
    left: u64,
}

impl<R: io::Read> io::Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        match self.left.checked_sub(length as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(format!("more than {} bytes", self.most))),
        }
        Ok(length)
    }
}

/// What is kept of an answer beside its bytes.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The address that was asked.
    pub url: String,
    /// The answer's `ETag`.
    pub etag: Option<String>,
    /// The answer's `Last-Modified`.
    pub last_modified: Option<String>,
    /// The bytes of a small answer.
    pub bytes: Vec<u8>,
}

impl Reply {
    fn of(answer: &Answer, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            etag: answer.etag.clone(),
            last_modified: answer.last_modified.clone(),
            bytes: Vec::new(),
        }
    }

    /// The reply as the landing notes it. The day and the edition are those of its snapshot.
    pub fn arrival(&self, name: &str, clock: &Clock) -> Arrival {
        let time = clock.now();
        Arrival {
            name: name.to_owned(),
            url: self.url.clone(),
            time,
            status: 200,
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
            rows: None,
            peildatum: time.date_naive(),
            edition: None,
        }
    }
}

fn again(reason: &str) -> Judgement<FetchError> {
    Judgement::Again {
        reason: reason.to_owned(),
        wait: None,
    }
}

fn network_error(source_id: &str, error: NetworkError) -> FetchError {
    FetchError::Network {
        source_id: source_id.to_owned(),
        error,
    }
}

/// A status that no second try will change, with the beginning of what the service says about it.
fn refused(source_id: &str, url: &str, status: u16, answer: Answer) -> FetchError {
    FetchError::Refused {
        source_id: source_id.to_owned(),
        url: url.to_owned(),
        status,
        location: answer.location.clone(),
        said: said_in(answer),
    }
}

/// The beginning of what a service says in an answer that is not what was asked, escaped.
fn said_in(answer: Answer) -> String {
    let mut bytes = Vec::new();
    // What cannot be read is not shown; the status is the message.
    let _ = answer.body.take(SHOWN).read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .chars()
        .take(200)
        .flat_map(char::escape_debug)
        .collect()
}

/// The host with its port, as messages name it.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(length: u64) -> io::Result<u64> {
        let mut body = Bounded {
            inner: io::repeat(b' ').take(length),
            most: 100_000,
            left: 100_000,
        };
        io::copy(&mut body, &mut io::sink())
    }

    #[test]
    fn content_without_end_is_an_error_and_not_a_short_answer() {
        assert_eq!(read(100_000).unwrap(), 100_000);
        let error = read(u64::MAX).unwrap_err();
        assert_eq!(error.to_string(), "more than 100000 bytes");
    }
}
