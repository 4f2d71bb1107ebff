//! A pool of threads: the thread that reads an archive submits contents to others, where the machine has more than one core.

use std::{
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel},
    },
    thread,
};

use super::{
    jobs::{ContentPool, JobBatch, JobReader, JobResult, ReadJob},
    scanner::Scanner,
};

/// Batches that wait at most, for each thread.
const QUEUE_PER_THREAD: usize = 2;
/// Most threads: unpacking sets the pace of one archive, and they keep up with it.
const MAX_THREADS: usize = 3;

/// The side of the thread that reads the archive.
#[derive(Debug)]
struct ThreadPool {
    batch: JobBatch,
    queue: SyncSender<JobBatch>,
    results: Receiver<Vec<JobResult>>,
}

impl ContentPool for ThreadPool {
    fn submit(&mut self, job: &ReadJob<'_>) -> bool {
        if self.batch.is_full() {
            match self.queue.try_send(std::mem::take(&mut self.batch)) {
                Ok(()) => {}
                Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => {
                    self.batch = batch;
                    return false;
                }
            }
        }
        self.batch.push(job);
        true
    }

    fn poll(&mut self) -> Vec<JobResult> {
        self.results.try_recv().unwrap_or_default()
    }

    fn finish(&mut self) -> (JobBatch, Vec<JobResult>) {
        // Nobody waits for batches any longer once this sender is gone.
        self.queue = sync_channel(0).0;
        let rest = std::mem::take(&mut self.batch);
        (rest, self.results.iter().flatten().collect())
    }
}

/// Runs `work` with a scanner whose contents other threads read, and takes all that they found.
pub fn with_threads<'r, T>(scanner: &mut Scanner<'r>, work: impl FnOnce(&mut Scanner<'r>) -> T) -> T {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = (cores - 1).min(MAX_THREADS);
    if threads == 0 {
        return work(scanner);
    }
    let rules = scanner.rules();
    let (queue, waiting) = sync_channel::<JobBatch>(QUEUE_PER_THREAD * threads);
    let (sender, results) = channel();
    let waiting = Arc::new(Mutex::new(waiting));
    thread::scope(|scope| {
        for _ in 0..threads {
            let (waiting, sender) = (waiting.clone(), sender.clone());
            scope.spawn(move || read_jobs(JobReader::new(rules), &waiting, &sender));
        }
        drop((waiting, sender));
        scanner.set_pool(Box::new(ThreadPool { batch: JobBatch::default(), queue, results }));
        let result = work(scanner);
        scanner.finish_pool();
        result
    })
}

/// Reads contents until no more come.
fn read_jobs(mut reader: JobReader<'_>, waiting: &Mutex<Receiver<JobBatch>>, results: &Sender<Vec<JobResult>>) {
    loop {
        let Ok(Ok(batch)) = waiting.lock().map(|waiting| waiting.recv()) else { return };
        // It was encoded by this program, so it is whole.
        let found = reader.read_all(batch.bytes()).unwrap_or_default();
        if results.send(found).is_err() {
            return;
        }
    }
}
