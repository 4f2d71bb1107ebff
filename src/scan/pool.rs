//! Helpers on threads: the thread that reads an archive gives contents to others, where the machine has more than one core.

use std::{
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel},
    },
    thread,
};

use crate::scan::{
    jobs::{self, Batch, Errand, Helper, Readings},
    scanner::Scanner,
};

/// Batches that wait at most, for each helper.
const WAITING: usize = 2;
/// Most helpers: unpacking sets the pace of one archive, and they keep up with it.
const MOST: usize = 3;

/// The side of the thread that reads the archive.
#[derive(Debug)]
struct Threads {
    batch: Batch,
    errands: SyncSender<Batch>,
    readings: Receiver<Readings>,
}

impl Helper for Threads {
    fn takes(&mut self, errand: &Errand<'_>) -> bool {
        if self.batch.is_full() {
            match self.errands.try_send(std::mem::take(&mut self.batch)) {
                Ok(()) => {}
                Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => {
                    self.batch = batch;
                    return false;
                }
            }
        }
        self.batch.add(errand);
        true
    }

    fn back(&mut self) -> Readings {
        self.readings.try_recv().unwrap_or_default()
    }

    fn end(&mut self) -> (Batch, Readings) {
        // Nobody waits for errands any longer once this sender is gone.
        self.errands = sync_channel(0).0;
        let rest = std::mem::take(&mut self.batch);
        (rest, self.readings.iter().flatten().collect())
    }
}

/// Runs `work` with a scanner that other threads help, and takes all that they found.
pub fn helped<'r, T>(scanner: &mut Scanner<'r>, work: impl FnOnce(&mut Scanner<'r>) -> T) -> T {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let helpers = (cores - 1).min(MOST);
    if helpers == 0 {
        return work(scanner);
    }
    let rules = scanner.rules;
    let (errands, waiting) = sync_channel::<Batch>(WAITING * helpers);
    let (answers, readings) = channel();
    let waiting = Arc::new(Mutex::new(waiting));
    thread::scope(|scope| {
        for _ in 0..helpers {
            let (waiting, answers) = (waiting.clone(), answers.clone());
            scope.spawn(move || help(&mut Scanner::new(rules), &waiting, &answers));
        }
        drop((waiting, answers));
        scanner.helped_by(Box::new(Threads { batch: Batch::default(), errands, readings }));
        let result = work(scanner);
        scanner.alone();
        result
    })
}

/// Reads contents until no more come.
fn help(scanner: &mut Scanner<'_>, waiting: &Mutex<Receiver<Batch>>, answers: &Sender<Readings>) {
    loop {
        let Ok(Ok(batch)) = waiting.lock().map(|waiting| waiting.recv()) else { return };
        let mut found = Vec::new();
        let _ = jobs::read(scanner, batch.bytes(), &mut |ticket, reading| found.push((ticket, reading.clone())));
        if answers.send(found).is_err() {
            return;
        }
    }
}
