//! Files read beside each other, and what they hold handed on in the order of the files: the threads show in no byte.

use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

use super::error::NormaliseError;

/// Files that are read at the same time.
const AT_ONCE: usize = 2;

/// Portions of a file that wait until those of the files before it were taken: memory does not grow with the file.
const PORTIONS_WAITING: usize = 4;

/// Hands a portion on; `false` when nobody takes any more, so that reading on is of no use.
pub(super) type HandOn<'a, P> = &'a mut dyn FnMut(P) -> bool;

/// Reads every file, and gives `take` their portions in the order of the files.
///
/// # Errors
/// That of the first file, in their order, that cannot be read, or of the first portion that cannot be taken.
pub(super) fn in_order<F: Sync, P: Send>(
    files: &[F],
    read: impl Fn(&F, HandOn<'_, P>) -> Result<(), NormaliseError> + Sync,
    mut take: impl FnMut(P) -> Result<(), NormaliseError>,
) -> Result<(), NormaliseError> {
    let channel = |_| sync_channel::<Result<P, NormaliseError>>(PORTIONS_WAITING);
    let (senders, receivers): (Vec<_>, Vec<_>) = files.iter().map(channel).unzip();
    let waiting = Mutex::new(files.iter().zip(senders));
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((file, sender)) = next() {
                    if let Err(error) = read(file, &mut |portion| sender.send(Ok(portion)).is_ok()) {
                        // Nobody hears it when an earlier file ended the reading, and then that one is told.
                        let _ = sender.send(Err(error));
                    }
                }
            });
        }
        // Ends early with the receivers of all later files, which ends their readers.
        for receiver in receivers {
            for portion in receiver {
                take(portion?)?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(file: usize) -> NormaliseError {
        NormaliseError::Bug(format!("file {file}"))
    }

    /// Reads files of so many portions each; one of them fails after its portions.
    fn read(sizes: &[usize], failing: &[usize]) -> (Vec<(usize, usize)>, Option<String>) {
        let files: Vec<(usize, usize)> = sizes.iter().copied().enumerate().collect();
        let mut taken = Vec::new();
        let outcome = in_order(
            &files,
            |&(file, portions), hand_on| {
                let all = (0..portions).all(|portion| hand_on((file, portion)));
                if all && !failing.contains(&file) {
                    return Ok(());
                }
                Err(refused(file))
            },
            |portion| {
                taken.push(portion);
                Ok(())
            },
        );
        (taken, outcome.err().map(|error| error.to_string()))
    }

    #[test]
    fn portions_come_in_the_order_of_the_files_however_long_each_is() {
        let sizes = [1, 100, 0, 3, 40, 2];
        let expected: Vec<(usize, usize)> = sizes
            .iter()
            .enumerate()
            .flat_map(|(file, &portions)| (0..portions).map(move |portion| (file, portion)))
            .collect();
        for _ in 0..20 {
            assert_eq!(read(&sizes, &[]), (expected.clone(), None));
        }
    }

    #[test]
    fn of_files_that_fail_the_first_is_told_and_the_rest_is_given_up() {
        for _ in 0..20 {
            let (taken, error) = read(&[2, 5, 1000, 1000], &[1, 2]);
            assert_eq!(taken.len(), 7);
            assert!(error.unwrap().contains("file 1"));
        }
    }

    #[test]
    fn what_cannot_be_taken_ends_the_reading() {
        let outcome = in_order(
            &[(), ()],
            |(), hand_on| {
                while hand_on(()) {}
                Ok(())
            },
            |()| Err(refused(7)),
        );
        assert!(outcome.unwrap_err().to_string().contains("file 7"));
    }
}
