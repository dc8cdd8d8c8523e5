//! Models that do not need each other, made at the same time.
//!
//! Each model is made by one query whose result depends on nothing but the tables that it reads, so the order in which
//! they end shows in no byte. What a caller gets is in the order that it asked for. Of the models that can begin, the one
//! with the longest row of others behind it goes first: it decides when all are done.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

use super::error::DeriveError;
use super::materialise::{Made, materialise};
use super::session::Engine;
use super::sql_file::SqlFile;

/// A model, the tables that it reads, and the file that it becomes.
pub struct Task<'a> {
    /// The model.
    pub file: &'a SqlFile,
    /// Tables that it reads.
    pub reads: &'a [String],
    /// Its file.
    pub target: &'a Path,
}

/// How far it is. A model is waiting, begun, or ended.
struct Progress {
    waiting: BTreeSet<usize>,
    /// Names that are not there yet.
    missing: BTreeSet<String>,
    /// Of each task, how many others wait for one another behind it.
    behind: Vec<usize>,
    made: Vec<Option<Made>>,
    failed: Option<(usize, DeriveError)>,
}

/// Makes every model as soon as what it reads is there, `at_once` of them at a time, and makes each a table of the
/// engine. Tables that no task makes must be there already.
///
/// # Errors
/// Of the models that fail, that of the first in the order of the tasks; no further one is begun then.
pub fn make_all(engine: &Engine, tasks: &[Task<'_>], at_once: usize) -> Result<Vec<Made>, DeriveError> {
    let progress = Mutex::new(Progress {
        waiting: (0..tasks.len()).collect(),
        missing: tasks.iter().map(|task| task.file.name.clone()).collect(),
        behind: behind(tasks),
        made: tasks.iter().map(|_| None).collect(),
        failed: None,
    });
    let changed = Condvar::new();
    std::thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, tasks.len().max(1)) {
            scope.spawn(|| {
                while let Some((number, task)) = next(tasks, &progress, &changed) {
                    let ended = make(engine, task);
                    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
                    match ended {
                        Ok(made) => {
                            progress.missing.remove(&task.file.name);
                            if let Some(place) = progress.made.get_mut(number) {
                                *place = Some(made);
                            }
                        }
                        Err(error) => {
                            let is_first = progress.failed.as_ref().is_none_or(|(other, _)| number < *other);
                            if is_first {
                                progress.failed = Some((number, error));
                            }
                        }
                    }
                    changed.notify_all();
                }
            });
        }
    });
    let progress = progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, error)) = progress.failed {
        return Err(error);
    }
    let made: Option<Vec<Made>> = progress.made.into_iter().collect();
    made.ok_or_else(|| DeriveError::Bug("a model was never begun".to_owned()))
}

/// The longest row of tasks behind each, of which every one reads the one before it. Tasks come in an order in which they
/// can run, so from the last one back all readers of a task are known.
fn behind(tasks: &[Task<'_>]) -> Vec<usize> {
    let mut longest: BTreeMap<&str, usize> = BTreeMap::new();
    let mut behind = Vec::with_capacity(tasks.len());
    for task in tasks.iter().rev() {
        let own = longest.get(task.file.name.as_str()).copied().unwrap_or(0);
        for table in task.reads {
            let of_table = longest.entry(table).or_default();
            *of_table = (own + 1).max(*of_table);
        }
        behind.push(own);
    }
    behind.reverse();
    behind
}

/// Takes the most urgent task that can begin; waits for one as long as others run; none when there is nothing left to do.
fn next<'a, 'tasks>(
    tasks: &'tasks [Task<'a>],
    progress: &Mutex<Progress>,
    changed: &Condvar,
) -> Option<(usize, &'tasks Task<'a>)> {
    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if progress.failed.is_some() || progress.waiting.is_empty() {
            return None;
        }
        let can_begin = progress.waiting.iter().filter_map(|&number| {
            let task = tasks.get(number)?;
            let is_ready = !task.reads.iter().any(|table| progress.missing.contains(table));
            is_ready.then_some((number, task))
        });
        // Of equals the first in the order of the tasks.
        let ready = can_begin.max_by_key(|&(number, _)| (progress.behind.get(number), Reverse(number)));
        if let Some((number, task)) = ready {
            progress.waiting.remove(&number);
            return Some((number, task));
        }
        // The tasks come in an order in which they can run, so some model is being made now, and its end is told.
        progress = changed.wait(progress).unwrap_or_else(PoisonError::into_inner);
    }
}

fn make(engine: &Engine, task: &Task<'_>) -> Result<Made, DeriveError> {
    let made = materialise(engine, task.file, task.target)?;
    engine.register_sorted(&task.file.name, task.target, &task.file.key, made.rows)?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn file(name: &str, select: &str) -> SqlFile {
        let text = format!("-- doel: d\n-- korrel: k\n-- sleutel: a\n-- kolommen:\n-- a | een\n{select}");
        SqlFile::parse(&format!("marts/{name}.sql"), &text).unwrap()
    }

    /// Makes models of which each reads the one before it when its SELECT says so.
    fn run(models: &[(&str, &str)], at_once: usize) -> Result<Vec<u64>, DeriveError> {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new().unwrap();
        let files: Vec<SqlFile> = models.iter().map(|(name, select)| file(name, select)).collect();
        let parquet = |file: &SqlFile| folder.path().join(format!("{}.parquet", file.name));
        let targets: Vec<PathBuf> = files.iter().map(parquet).collect();
        let reads: Vec<Vec<String>> = files
            .iter()
            .map(|file| crate::derive::order::tables_read(engine.session(), &file.path, &file.text).unwrap())
            .collect();
        let tasks: Vec<Task<'_>> = files
            .iter()
            .zip(&reads)
            .zip(&targets)
            .map(|((file, reads), target)| Task { file, reads, target })
            .collect();
        let made = make_all(&engine, &tasks, at_once)?;
        Ok(made.into_iter().map(|made| made.rows).collect())
    }

    const CHAIN: [(&str, &str); 4] = [
        ("een", "SELECT 1 AS a UNION ALL SELECT 2 AS a"),
        ("los", "SELECT 7 AS a"),
        ("twee", "SELECT a FROM een WHERE a > 1"),
        ("drie", "SELECT t.a FROM twee AS t JOIN een AS e ON e.a = t.a"),
    ];

    #[test]
    fn each_model_waits_for_what_it_reads_however_many_run_at_once() {
        for at_once in [1, 2, 8] {
            assert_eq!(run(&CHAIN, at_once).unwrap(), [2, 1, 1, 1], "{at_once}");
        }
    }

    #[test]
    fn of_two_that_fail_the_first_is_told_and_what_waits_for_it_is_not_made() {
        let models = [
            ("een", "SELECT CAST(NULL AS INT) AS a"),
            ("twee", "SELECT a FROM een"),
            ("drie", "SELECT 1 AS a UNION ALL SELECT 1 AS a"),
        ];
        let message = run(&models, 1).unwrap_err().to_string();
        assert!(
            message.contains("een") && message.contains("empty key"),
            "{message}"
        );
        for _ in 0..5 {
            assert!(run(&models, 2).is_err());
        }
    }

    #[test]
    fn nothing_to_make_is_nothing_made() {
        assert_eq!(run(&[], 2).unwrap(), Vec::<u64>::new());
    }
}
