//! When to ask again, and when to stop asking.
//!
//! The services drop connections in the middle of an answer, give 503 under load and have had outages of
//! days. A failed try is repeated after a wait that doubles and is never the same for two workers. A host that
//! gives nothing good for long is an outage; one that answers other questions meanwhile is only asked so often.
//! Nothing here knows what is asked: time, sleep and the try itself come in from outside.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// How often and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries at one question while the host answers others, the first included; 0 counts as 1.
    pub attempts: u32,
    /// The longest wait after the first failure; it doubles with every further one.
    pub first_wait: Duration,
    /// What the doubling ends at.
    pub longest_wait: Duration,
    /// A host that failed for so long, and gave no whole good reply in between, is an outage.
    pub outage_after: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 6,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_mins(1),
            outage_after: Duration::from_secs(90),
        }
    }
}

impl Patience {
    /// The waits between the tries: each between half of and the whole of first_wait, twice that, four times
    /// that, up to longest_wait.
    fn waits(&self) -> ExponentialBackoff {
        // backon adds up to the wait itself as jitter, so that half of a wait becomes half to whole. Without its
        // `std` feature all workers would draw the same jitter, and come back together: hence the seed.
        ExponentialBuilder::new()
            .with_min_delay(self.first_wait / 2)
            .with_max_delay(self.longest_wait / 2)
            .without_max_times()
            .with_jitter()
            .with_jitter_seed(RandomState::new().hash_one(()))
            .build()
    }
}

/// What one failed try means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement<E> {
    /// It may go better in a while.
    Again {
        /// What was wrong, for the user.
        reason: String,
        /// The wait that the server asked for (`Retry-After`).
        wait: Option<Duration>,
    },
    /// Asking again cannot help.
    Final(E),
}

/// Why [`persist`] stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GaveUp<E> {
    /// The try said so itself.
    #[error("{0}")]
    Final(E),
    /// The host gave nothing good for too long.
    #[error("no good reply for {seconds} s; the last: {last}")]
    Outage {
        /// Since the last good reply, or since a try began that failed; in whole seconds.
        seconds: u64,
        /// What was wrong last.
        last: String,
    },
    /// The server asked to be left alone for longer than an outage may take.
    #[error("the server asks to wait {seconds} s: {last}")]
    AskedToWait {
        /// What it asked for, in whole seconds.
        seconds: u64,
        /// What was wrong.
        last: String,
    },
    /// The host answers others, and not this question.
    #[error("no good reply in {attempts} tries; the last: {last}")]
    TooOften {
        /// How often was tried.
        attempts: u32,
        /// What was wrong last.
        last: String,
    },
}

/// How one host is doing, shared by all who ask it. It counts the time from the begin of the first try that failed after
/// the last good reply, so that a host that nobody asked for an hour is not an outage.
#[derive(Debug, Default)]
pub struct HostPulse {
    heard: Mutex<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    failing_since: Option<Duration>,
    last_good: Option<Duration>,
}

impl HostPulse {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A whole good reply came at `now`.
    pub fn beat(&self, now: Duration) {
        *self.heard() = Heard {
            failing_since: None,
            last_good: Some(now),
        };
    }

    /// A try that began at `began` has failed at `now`. Returns for how long the host has been failing.
    fn miss(&self, began: Duration, now: Duration) -> Duration {
        let mut heard = self.heard();
        let since = heard.last_good.map_or(began, |good| good.max(began));
        now.saturating_sub(*heard.failing_since.get_or_insert(since))
    }

    /// Whether a whole good reply came since then.
    fn has_answered_since(&self, time: Duration) -> bool {
        self.heard().last_good.is_some_and(|good| good > time)
    }
}

/// Tries until it succeeds, is final, or goes on for too long.
///
/// `now` is a time that only moves forward, from any start. `tell` gets a line for the user before each wait.
/// A wait that the server asks for is never shortened.
///
/// # Errors
/// [`GaveUp`].
pub fn persist<T, E>(
    patience: &Patience,
    pulse: &HostPulse,
    sleep: &dyn Fn(Duration),
    now: &dyn Fn() -> Duration,
    tell: &dyn Fn(&str),
    mut attempt: impl FnMut() -> Result<T, Judgement<E>>,
) -> Result<T, GaveUp<E>> {
    let mut waits = patience.waits();
    let mut attempts = 0;
    let first = now();
    loop {
        attempts += 1;
        let began = now();
        let (last, asked) = match attempt() {
            Ok(value) => {
                pulse.beat(now());
                return Ok(value);
            }
            Err(Judgement::Final(error)) => return Err(GaveUp::Final(error)),
            Err(Judgement::Again { reason, wait }) => (reason, wait.unwrap_or_default()),
        };
        let failing = pulse.miss(began, now());
        if failing >= patience.outage_after {
            let seconds = failing.as_secs();
            return Err(GaveUp::Outage { seconds, last });
        }
        if asked > patience.outage_after {
            let seconds = asked.as_secs();
            return Err(GaveUp::AskedToWait { seconds, last });
        }
        // That the host answers, and not this question, can only be said of one that answered another.
        if attempts >= patience.attempts && pulse.has_answered_since(first) {
            return Err(GaveUp::TooOften { attempts, last });
        }
        let wait = waits.next().unwrap_or(patience.longest_wait);
        let wait = wait.min(patience.outage_after.saturating_sub(failing)).max(asked);
        tell(&format!(
            "{last}; try {} in {:.1} s",
            attempts + 1,
            wait.as_secs_f64()
        ));
        sleep(wait);
    }
}

/// Whether an answer with this status may become a good one in a while: the server is busy, broken or
/// restarting. Not when it understood the question and refuses it.
pub fn worth_another_try(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A clock that only sleep and the tries themselves move.
    #[derive(Default)]
    struct Night {
        now: Cell<Duration>,
        slept: RefCell<Vec<Duration>>,
        told: RefCell<Vec<String>>,
    }

    impl Night {
        fn pass(&self, time: Duration) {
            self.now.set(self.now.get() + time);
        }

        fn persist<T>(
            &self,
            patience: &Patience,
            pulse: &HostPulse,
            attempt: impl FnMut() -> Result<T, Judgement<&'static str>>,
        ) -> Result<T, GaveUp<&'static str>> {
            let sleep = |wait| {
                self.slept.borrow_mut().push(wait);
                self.pass(wait);
            };
            let tell = |line: &str| self.told.borrow_mut().push(line.to_owned());
            persist(patience, pulse, &sleep, &|| self.now.get(), &tell, attempt)
        }
    }

    fn again<T>(reason: &str) -> Result<T, Judgement<&'static str>> {
        Err(Judgement::Again {
            reason: reason.to_owned(),
            wait: None,
        })
    }

    /// Another worker gets an answer, a moment after `night` stands.
    fn answers_another(night: &Night, pulse: &HostPulse) {
        night.pass(Duration::from_millis(1));
        pulse.beat(night.now.get());
    }

    fn busy<T>(wait: Duration) -> Result<T, Judgement<&'static str>> {
        Err(Judgement::Again {
            reason: "status 503".to_owned(),
            wait: Some(wait),
        })
    }

    #[test]
    fn the_wait_doubles_up_to_its_longest_with_jitter_of_at_most_half() {
        let patience = Patience {
            attempts: 10,
            outage_after: Duration::MAX,
            ..Patience::default()
        };
        for _ in 0..50 {
            let (night, pulse) = (Night::default(), HostPulse::default());
            let gave_up = night
                .persist::<()>(&patience, &pulse, || {
                    answers_another(&night, &pulse);
                    again("reset")
                })
                .unwrap_err();
            assert_eq!(
                gave_up,
                GaveUp::TooOften {
                    attempts: 10,
                    last: "reset".to_owned()
                }
            );
            let slept = night.slept.borrow();
            assert_eq!(slept.len(), 9);
            for (wait, ceiling) in slept.iter().zip([1, 2, 4, 8, 16, 32, 60, 60, 60]) {
                let ceiling = SECOND * ceiling;
                assert!(*wait >= ceiling / 2 && *wait <= ceiling, "{wait:?} {ceiling:?}");
            }
        }
    }

    #[test]
    fn two_workers_do_not_come_back_together() {
        let waits = || Patience::default().waits().take(5).collect::<Vec<_>>();
        assert_ne!(waits(), waits());
    }

    #[test]
    fn six_tries_by_default_at_a_host_that_answers_others_and_the_user_hears_of_each_wait() {
        let (night, pulse) = (Night::default(), HostPulse::default());
        let mut tries = 0;
        let gave_up = night
            .persist::<()>(&Patience::default(), &pulse, || {
                tries += 1;
                answers_another(&night, &pulse);
                again("connection reset")
            })
            .unwrap_err();
        assert_eq!(tries, 6);
        assert_eq!(
            gave_up.to_string(),
            "no good reply in 6 tries; the last: connection reset"
        );
        let told = night.told.borrow();
        assert_eq!(told.len(), 5);
        assert!(told[0].starts_with("connection reset; try 2 in "), "{}", told[0]);
    }

    #[test]
    fn a_success_after_failures_is_a_success() {
        let night = Night::default();
        let mut tries = 0;
        let value = night.persist(&Patience::default(), &HostPulse::default(), || {
            tries += 1;
            if tries < 6 { again("reset") } else { Ok("page") }
        });
        assert_eq!(value, Ok("page"));
        assert_eq!(night.slept.borrow().len(), 5);
    }

    #[test]
    fn a_final_failure_is_not_tried_again() {
        let night = Night::default();
        let mut tries = 0;
        let gave_up = night.persist::<()>(&Patience::default(), &HostPulse::default(), || {
            tries += 1;
            Err(Judgement::Final("status 404"))
        });
        assert_eq!(gave_up, Err(GaveUp::Final("status 404")));
        assert_eq!(tries, 1);
        assert!(night.slept.borrow().is_empty());
    }

    #[test]
    fn one_try_and_no_try_are_both_one_try() {
        for attempts in [0, 1] {
            let (night, pulse) = (Night::default(), HostPulse::default());
            let patience = Patience {
                attempts,
                ..Patience::default()
            };
            let gave_up = night.persist::<()>(&patience, &pulse, || {
                answers_another(&night, &pulse);
                again("reset")
            });
            assert!(matches!(gave_up, Err(GaveUp::TooOften { attempts: 1, .. })));
        }
    }

    #[test]
    fn a_wait_that_the_server_asks_for_is_not_shortened() {
        let night = Night::default();
        let mut tries = 0;
        let value = night.persist(&Patience::default(), &HostPulse::default(), || {
            tries += 1;
            match tries {
                1 => busy(SECOND * 30),
                2 => busy(Duration::ZERO),
                _ => Ok(()),
            }
        });
        assert_eq!(value, Ok(()));
        let slept = night.slept.borrow();
        assert_eq!(slept[0], SECOND * 30);
        assert!(slept[1] >= SECOND, "{:?}", slept[1]);
    }

    #[test]
    fn a_server_that_asks_for_more_than_an_outage_is_left_alone_at_once() {
        let night = Night::default();
        let gave_up = night.persist::<()>(&Patience::default(), &HostPulse::default(), || {
            busy(SECOND * 3600)
        });
        assert_eq!(
            gave_up,
            Err(GaveUp::AskedToWait {
                seconds: 3600,
                last: "status 503".to_owned()
            })
        );
        assert!(night.slept.borrow().is_empty());
        assert!(
            night
                .persist::<()>(&Patience::default(), &HostPulse::default(), || busy(
                    Duration::MAX
                ))
                .is_err()
        );
    }

    #[test]
    fn a_host_that_refuses_at_once_is_an_outage_after_90_s_and_not_after_six_tries() {
        let night = Night::default();
        let mut tries = 0;
        let gave_up = night.persist::<()>(&Patience::default(), &HostPulse::default(), || {
            tries += 1;
            again("connection refused")
        });
        let last = "connection refused".to_owned();
        assert_eq!(gave_up, Err(GaveUp::Outage { seconds: 90, last }));
        assert_eq!(night.now.get(), SECOND * 90);
        // 1, 2, 4, 8, 16, 32 and 60 s, each at least half of it.
        assert!((7..=9).contains(&tries), "{tries}");
    }

    #[test]
    fn a_host_that_is_silent_for_long_is_an_outage_before_the_tries_are_up() {
        let night = Night::default();
        let mut tries = 0;
        let gave_up = night.persist::<()>(&Patience::default(), &HostPulse::default(), || {
            tries += 1;
            night.pass(SECOND * 90);
            again("silent for 90s")
        });
        assert_eq!(
            gave_up,
            Err(GaveUp::Outage {
                seconds: 90,
                last: "silent for 90s".to_owned()
            })
        );
        assert_eq!(tries, 1);
    }

    #[test]
    fn a_good_reply_to_another_worker_keeps_the_host_alive() {
        let pulse = HostPulse::default();
        let night = Night::default();
        let gave_up = night.persist::<()>(&Patience::default(), &pulse, || {
            night.pass(SECOND * 80);
            night.persist(&Patience::default(), &pulse, || Ok(())).unwrap();
            again("status 500")
        });
        assert!(
            matches!(gave_up, Err(GaveUp::TooOften { attempts: 6, .. })),
            "{gave_up:?}"
        );
    }

    #[test]
    fn an_outage_is_seen_over_several_questions_and_ends_with_a_good_reply() {
        let pulse = HostPulse::default();
        let night = Night::default();
        let patience = Patience::default();
        let ask = || {
            let began = night.now.get();
            let gave_up = night.persist::<()>(&patience, &pulse, || again("refused"));
            assert!(
                matches!(gave_up, Err(GaveUp::Outage { seconds: 90, .. })),
                "{gave_up:?}"
            );
            night.now.get().saturating_sub(began)
        };
        // Another worker has failed for a minute already.
        pulse.miss(night.now.get(), night.now.get());
        night.pass(SECOND * 60);
        assert_eq!(ask(), SECOND * 30);
        night.persist(&patience, &pulse, || Ok(())).unwrap();
        night.pass(SECOND * 3600);
        assert_eq!(ask(), SECOND * 90);
    }

    #[test]
    fn workers_share_a_pulse_over_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<HostPulse>();
    }

    #[test]
    fn a_busy_or_broken_server_is_asked_again_and_a_refusal_is_not() {
        for status in [408, 425, 429, 500, 502, 503, 504, 507, 520, 599] {
            assert!(worth_another_try(status), "{status}");
        }
        for status in [200, 204, 301, 304, 400, 401, 403, 404, 406, 410, 414, 422, 600, 0] {
            assert!(!worth_another_try(status), "{status}");
        }
    }
}
