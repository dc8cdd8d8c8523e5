//! Pieces of work that do not need each other, done by two threads. What comes of it stands in the order of the pieces, so
//! the threads show in no byte and in no error.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Threads that work at the same time, on every machine.
const THREADS: usize = 2;

/// What `work` makes of each piece, in their order. Whoever is ready takes the next piece. A panic of `work` goes on to the
/// caller.
pub fn map<T: Sync, R: Send>(pieces: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(pieces.len()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(piece) = pieces.get(place) else {
                        return;
                    };
                    let made = work(piece);
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((place, made));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_comes_of_it_stands_in_the_order_of_the_pieces_however_long_each_takes() {
        let pieces: Vec<u64> = (0..40).collect();
        let squares = map(&pieces, |piece| {
            std::thread::sleep(Duration::from_micros((piece * 7919) % 300));
            piece * piece
        });
        let expected: Vec<u64> = (0..40).map(|piece| piece * piece).collect();
        assert_eq!(squares, expected);
    }

    #[test]
    fn nothing_to_do_is_nothing_done() {
        assert_eq!(map(&[], |piece: &u8| *piece), Vec::<u8>::new());
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_goes_on_to_the_caller() {
        map(&[1, 0], |piece| 1 / piece);
    }
}
