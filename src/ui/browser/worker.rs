//! The pool of scanner workers, seen from the page. They are started when a scan first needs them, get the rules once, and
//! are kept for the next scan.
//!
//! Each archive is a job in a queue, and goes to a worker that is free. A single archive is shared: one worker unpacks it,
//! the others read contents for it.

use std::{cell::RefCell, collections::VecDeque, mem, rc::Rc};

use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::{
    dom,
    files::{self, Picked},
    loader,
};
use crate::{
    facts::{Facts, Settings, Skipped},
    protocol::{FromWorker, PROTOCOL_VERSION, Times, ToWorker, is_done, is_loose},
    util::{progress::Progress, sorted::SortedMap},
};

/// Most workers, however many cores there are: each has rules and memory of its own.
const MAX_WORKERS: usize = 8;
/// Most archives whose results wait uncompressed, and after which the workers are kept for the next scan. With more, the
/// page has much to merge and to store, and needs the memory more than the seconds.
const MAX_UNCOMPRESSED: usize = 40;
/// Most workers that share an archive: unpacking sets the pace, so more would only wait.
const MAX_SHARING: usize = 4;
/// Largest archive that is shared, in bytes: what is handed over waits in memory.
const MAX_SHARED_SIZE: f64 = 64.0 * 1024.0 * 1024.0;
/// Level at which results that wait are compressed: the fastest makes them about a sixth of their size.
const COMPRESSION: u8 = 1;
/// Longest result that is decompressed, in bytes; facts of one archive stay far below.
const MAX_MESSAGE: usize = 1 << 30;

/// What happens in a scan.
#[derive(Debug, Clone)]
pub enum ScanEvent {
    /// What is done before the first file is read, in words.
    Starting(&'static str),
    /// How far it is.
    Progress(Progress),
    /// All files are read; the results of the archives are merged.
    Merging {
        /// How many are merged.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// The scan is done.
    Done(Box<Facts>, ScanReport),
    /// The scan cannot go on; why, in words for a person.
    Failed(String),
}

/// Where the time of a scan went.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ScanReport {
    /// How many workers there were.
    pub workers: usize,
    /// Milliseconds from the start to the end, as a person waits.
    pub whole: f64,
    /// Milliseconds until the rules were ready, where they were not before.
    pub rules: f64,
    /// Milliseconds by stage, over all workers.
    pub times: Times,
}

/// How far a worker has come before its first job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Its program is loading.
    Loading,
    /// It waits for rules.
    Ready,
    /// It has rules and compiles them.
    Preparing,
    /// It can take a job.
    Prepared,
}

/// A worker, and what it does.
struct WorkerSlot {
    worker: web_sys::Worker,
    _message: Closure<dyn FnMut(web_sys::MessageEvent)>,
    _error: Closure<dyn FnMut(web_sys::Event)>,
    stage: Stage,
    /// Index of the job at hand.
    job: Option<usize>,
}

impl WorkerSlot {
    fn is_free(&self) -> bool {
        self.stage == Stage::Prepared && self.job.is_none()
    }

    /// Hands the rules to a worker that waits for them.
    fn prepare(&mut self, message: &str) {
        if self.stage == Stage::Ready && !message.is_empty() {
            let _ = self.worker.post_message(&envelope(message, &[]));
            self.stage = Stage::Preparing;
        }
    }
}

impl Drop for WorkerSlot {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Files that one worker reads, or several together.
struct Job {
    files: Vec<Picked>,
    /// Bytes to read.
    size: f64,
    progress: Progress,
    result: Option<Result<JobResult, String>>,
}

/// A worker's last message about a job, as it waits for those about the others: compressed where there are many.
enum JobResult {
    Plain(Vec<u8>),
    Compressed(Box<[u8]>),
}

impl JobResult {
    /// The facts, and where the time went; none where the worker is of another version.
    fn decode(self) -> Option<(Facts, Times)> {
        let bytes = match self {
            Self::Plain(bytes) => bytes,
            Self::Compressed(bytes) => decompress_to_vec_with_limit(&bytes, MAX_MESSAGE).ok()?,
        };
        match crate::yaml::from_json(&bytes) {
            Ok(FromWorker::Done { mut facts, times }) => {
                facts.trim();
                Some((*facts, times))
            }
            _ => None,
        }
    }
}

#[derive(Default)]
struct PoolState {
    workers: Vec<WorkerSlot>,
    jobs: Vec<Job>,
    queue: VecDeque<usize>,
    given: SortedMap<String, Settings>,
    /// How many workers share the only job; 0 where each has jobs of its own.
    sharing: usize,
    report: ScanReport,
    start_time: f64,
    /// Tells this scan from those before, which were cancelled.
    scan_id: u32,
    /// The message that hands the rules over; empty before the first scan.
    prepare_message: String,
    on_event: Option<Rc<dyn Fn(ScanEvent)>>,
}

/// The pool of workers. Dropping it ends them at once, and frees their memory.
#[derive(Default, Clone)]
pub struct WorkerPool(Rc<RefCell<PoolState>>);

impl WorkerPool {
    /// Scans files with rules. `on_event` gets the progress and the end; nothing comes after the end.
    ///
    /// # Errors
    /// Why no worker could be started, in words for a person.
    pub fn scan(
        &self,
        rules: &[(String, String)],
        given: SortedMap<String, Settings>,
        picked: &[Picked],
        on_event: impl Fn(ScanEvent) + 'static,
    ) -> Result<(), String> {
        let (loose, archives): (Vec<Picked>, Vec<Picked>) = picked.iter().cloned().partition(|p| is_loose(&p.name));
        let job = |files: Vec<Picked>| {
            let size = files.iter().map(|p| files::size_of(&p.file)).sum();
            Job { files, size, progress: Progress::default(), result: None }
        };
        let mut jobs: Vec<Job> = archives.into_iter().map(|p| job(vec![p])).collect();
        if !loose.is_empty() {
            jobs.push(job(loose));
        }
        let shared =
            cores() > 1 && jobs.len() == 1 && jobs.iter().all(|j| j.size <= MAX_SHARED_SIZE && j.files.len() == 1);
        let sharing = if shared { cores().min(MAX_SHARING) } else { 0 };
        let wanted = if shared { sharing } else { cores().min(jobs.len()).max(1) };
        let prepare = serde_json::to_string(&ToWorker::Prepare { version: PROTOCOL_VERSION, rules: rules.to_vec() })
            .map_err(|e| e.to_string())?;
        {
            let mut state = self.0.borrow_mut();
            if state.prepare_message != prepare && !state.prepare_message.is_empty() {
                state.workers.clear();
            }
            state.queue = (0..jobs.len()).collect();
            state.jobs = jobs;
            state.given = given;
            state.sharing = sharing;
            state.report = ScanReport { workers: wanted, ..ScanReport::default() };
            state.start_time = dom::monotonic();
            state.scan_id += 1;
            state.prepare_message = prepare;
            state.on_event = Some(Rc::new(on_event));
            let PoolState { workers, prepare_message, .. } = &mut *state;
            workers.iter_mut().for_each(|slot| slot.prepare(prepare_message));
        }
        self.start_workers(wanted)?;
        self.assign_jobs();
        Ok(())
    }

    /// Starts the workers for so many archives before their rules are there.
    pub fn warm_up(&self, archives: usize) {
        let wanted = if archives == 1 { cores().min(MAX_SHARING) } else { cores().min(archives) };
        // The scan starts what is missing, and says why it cannot.
        let _ = self.start_workers(wanted);
    }

    /// Starts workers until there are so many.
    fn start_workers(&self, wanted: usize) -> Result<(), String> {
        let have = self.0.borrow().workers.len();
        for index in have..wanted {
            let slot = self.start_worker(index)?;
            self.0.borrow_mut().workers.push(slot);
        }
        Ok(())
    }

    /// Reports nothing more of the scan at hand.
    pub fn mute(&self) {
        let mut state = self.0.borrow_mut();
        state.scan_id += 1;
        state.on_event = None;
    }

    /// Starts a worker whose messages are told apart by its index.
    fn start_worker(&self, index: usize) -> Result<WorkerSlot, String> {
        let worker = loader::start_scanner()
            .map_err(|e| format!("The scanner could not be started: {}.", dom::describe_error(&e)))?;
        let weak = Rc::downgrade(&self.0);
        let message = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            let Some(state) = weak.upgrade() else { return };
            let bytes = event.data().dyn_into::<js_sys::Uint8Array>().map(|b| dom::into_bytes(&b)).unwrap_or_default();
            if is_done(&bytes) {
                return Self(state).on_result(index, bytes);
            }
            match crate::yaml::from_json::<FromWorker>(&bytes) {
                Ok(message) => Self(state).on_message(index, message),
                Err(_) => Self(state).fail(VERSION_MISMATCH.to_owned()),
            }
        });
        let weak = Rc::downgrade(&self.0);
        let error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let Some(state) = weak.upgrade() else { return };
            let detail = event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message).unwrap_or_default();
            let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
            Self(state).fail(format!(
                "The scanner stopped{detail}. The export may need more memory than the browser gives. Close other tabs or scan with the command line, then try again."
            ));
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        Ok(WorkerSlot { worker, _message: message, _error: error, stage: Stage::Loading, job: None })
    }

    /// A worker's message, but for its results.
    fn on_message(&self, index: usize, message: FromWorker) {
        match message {
            FromWorker::Ready { version } if version != PROTOCOL_VERSION => self.fail(VERSION_MISMATCH.to_owned()),
            FromWorker::Ready { .. } => {
                let on_event = {
                    let mut state = self.0.borrow_mut();
                    let PoolState { workers, prepare_message, on_event, .. } = &mut *state;
                    if let Some(slot) = workers.get_mut(index) {
                        slot.stage = Stage::Ready;
                        slot.prepare(prepare_message);
                    }
                    on_event.clone().filter(|_| index == 0)
                };
                if let Some(on_event) = on_event {
                    on_event(ScanEvent::Starting("reading the rules"));
                }
            }
            FromWorker::Prepared { elapsed } => {
                let on_event = {
                    let mut state = self.0.borrow_mut();
                    state.report.rules = state.report.rules.max(elapsed);
                    let first = !state.workers.iter().any(|m| m.stage == Stage::Prepared);
                    if let Some(slot) = state.workers.get_mut(index) {
                        slot.stage = Stage::Prepared;
                    }
                    state.on_event.clone().filter(|_| first)
                };
                if let Some(on_event) = on_event {
                    on_event(ScanEvent::Starting("opening the files"));
                }
                self.assign_jobs();
            }
            FromWorker::Progress(progress) => {
                let mut state = self.0.borrow_mut();
                let Some(job) = state.workers.get(index).and_then(|m| m.job) else { return };
                state.jobs[job].progress = progress;
                self.report_progress(state);
            }
            // Goes to `on_result`, unread.
            FromWorker::Done { .. } => {}
            FromWorker::Failed { message } => {
                let at_work = self.0.borrow().workers.get(index).is_some_and(|m| m.job.is_some());
                if at_work { self.end_job(index, Err(message)) } else { self.fail(message) }
            }
        }
    }

    /// Keeps what a worker found until all jobs are done.
    fn on_result(&self, index: usize, message: Vec<u8>) {
        let many = self.0.borrow().jobs.len() > MAX_UNCOMPRESSED;
        // The box frees what was set aside for compression.
        let result = if many {
            JobResult::Compressed(compress_to_vec(&message, COMPRESSION).into())
        } else {
            JobResult::Plain(message)
        };
        self.end_job(index, Ok(result));
    }

    /// Reports the progress over all jobs.
    fn report_progress(&self, state: std::cell::RefMut<'_, PoolState>) {
        let mut all = Progress::default();
        for job in &state.jobs {
            all.total += job.size as u64;
            all.bytes += if job.result.is_some() { job.size as u64 } else { job.progress.bytes };
            all.files += job.progress.files;
            if job.result.is_none() && !job.progress.repository.is_empty() {
                all.repository.clone_from(&job.progress.repository);
            }
        }
        let on_event = state.on_event.clone();
        drop(state);
        if let Some(on_event) = on_event {
            on_event(ScanEvent::Progress(all));
        }
    }

    /// Assigns jobs of the queue to workers that are free.
    fn assign_jobs(&self) {
        let mut failed = None;
        {
            let mut state = self.0.borrow_mut();
            let state = &mut *state;
            if state.sharing > 0 {
                let ready = state.workers.len() >= state.sharing
                    && state.workers.iter().take(state.sharing).all(WorkerSlot::is_free);
                if ready && let Some(job) = state.queue.pop_front() {
                    failed = start_shared_job(state, job).err();
                }
            } else {
                for slot in &mut state.workers {
                    if slot.is_free()
                        && let Some(job) = state.queue.pop_front()
                    {
                        slot.job = Some(job);
                        let files = &state.jobs[job].files;
                        let names = files.iter().map(|p| p.name.clone()).collect();
                        let text = to_text(&ToWorker::Scan { given: state.given.clone(), names });
                        if let Err(error) = slot.worker.post_message(&envelope(&text, files)) {
                            failed = Some(dom::describe_error(&error));
                        }
                    }
                }
            }
        }
        if let Some(why) = failed {
            self.fail(format!("The files could not be handed over: {why}."));
        }
    }

    /// Ends the job of a worker; the scan, where it was the last.
    fn end_job(&self, index: usize, result: Result<JobResult, String>) {
        let whole = {
            let mut state = self.0.borrow_mut();
            let Some(job) = state.workers.get_mut(index).and_then(|m| m.job.take()) else { return };
            if state.jobs[job].result.is_none() {
                state.jobs[job].result = Some(result);
            }
            if state.sharing > 0 {
                state.workers.iter_mut().for_each(|m| m.job = None);
            }
            state.jobs.iter().all(|j| j.result.is_some())
        };
        if whole {
            self.finish();
        } else {
            self.report_progress(self.0.borrow_mut());
            self.assign_jobs();
        }
    }

    /// Merges the results of all jobs, in slices of some milliseconds where there are many.
    fn finish(&self) {
        let (jobs, on_event, report, start_time, scan_id) = {
            let mut state = self.0.borrow_mut();
            (mem::take(&mut state.jobs), state.on_event.take(), state.report, state.start_time, state.scan_id)
        };
        let Some(on_event) = on_event else { return };
        if jobs.len() > MAX_UNCOMPRESSED {
            self.stop_workers();
        }
        let pool = Rc::downgrade(&self.0);
        let is_cancelled = move || pool.upgrade().is_none_or(|state| state.borrow().scan_id != scan_id);
        dom::spawn(async move {
            if let Some(event) = merge_results(jobs, report, start_time, &*on_event, is_cancelled).await {
                on_event(event);
            }
        });
    }

    /// Ends the workers; the next scan starts them anew. This may run in a callback of one of them, so they are dropped later.
    fn stop_workers(&self) {
        let workers = mem::take(&mut self.0.borrow_mut().workers);
        dom::spawn(async move {
            dom::sleep(0).await;
            drop(workers);
        });
    }

    /// Ends the scan with a message.
    fn fail(&self, message: String) {
        let on_event = {
            let mut state = self.0.borrow_mut();
            state.jobs.clear();
            state.queue.clear();
            state.on_event.take()
        };
        match on_event {
            Some(on_event) => on_event(ScanEvent::Failed(message)),
            // No scan waits yet: the next one starts its workers anew, and reports what is wrong with them.
            None => self.stop_workers(),
        }
    }
}

/// Merges the facts of many archives.
#[derive(Default)]
struct FactsMerger {
    first: Option<Facts>,
    rest: Facts,
    problems: Vec<Skipped>,
}

impl FactsMerger {
    fn add(&mut self, mut more: Facts) {
        self.rest.repositories.append(&mut more.repositories);
        self.rest.external_reports.append(&mut more.external_reports);
        self.problems.append(&mut more.problems);
        self.first.get_or_insert(more);
    }

    /// The facts of all archives; none where there were none. They are merged at once, for merging archive by archive takes
    /// a quadratic time.
    fn into_facts(self) -> Option<Facts> {
        let mut facts = self.first?;
        facts.problems = self.problems;
        facts.merge(self.rest);
        Some(facts)
    }
}

/// Merges the results of all jobs; gives how the scan ends, or none where it was cancelled meanwhile.
async fn merge_results(
    jobs: Vec<Job>,
    mut report: ScanReport,
    start_time: f64,
    on_event: &dyn Fn(ScanEvent),
    is_cancelled: impl Fn() -> bool,
) -> Option<ScanEvent> {
    let of = jobs.len();
    let (mut merger, mut failures) = (FactsMerger::default(), Vec::new());
    let mut slice_start = dom::monotonic();
    for (number, job) in jobs.into_iter().enumerate() {
        let decoded = job.result.map(|result| result.and_then(|r| r.decode().ok_or(VERSION_MISMATCH.to_owned())));
        match decoded {
            Some(Ok((facts, times))) => {
                report.times.add(times);
                merger.add(facts);
            }
            Some(Err(why)) if of == 1 => return Some(ScanEvent::Failed(why)),
            Some(Err(why)) => {
                let path = job.files.first().map(|p| p.name.clone()).unwrap_or_default();
                // What is wrong with an archive begins with its name.
                let reason =
                    why.split_once(": ").filter(|(name, _)| path.ends_with(name)).map_or(&*why, |(_, rest)| rest);
                merger.problems.push(Skipped { path, why: reason.to_owned() });
                failures.push(why);
            }
            None => {}
        }
        if of > MAX_UNCOMPRESSED && dom::monotonic() - slice_start > dom::SLICE {
            on_event(ScanEvent::Merging { done: number + 1, of });
            dom::sleep(0).await;
            if is_cancelled() {
                return None;
            }
            slice_start = dom::monotonic();
        }
    }
    report.whole = dom::monotonic() - start_time;
    Some(match merger.into_facts() {
        None => ScanEvent::Failed(failures.join("\n")),
        Some(facts) if facts.repositories.is_empty() && facts.external_reports.is_empty() => {
            let lines = facts.problems.iter().map(|p| format!("\n{}: {}", p.path, p.why)).collect::<String>();
            ScanEvent::Failed(format!(
                "No repository was found in what was opened. Open an archive made with `git archive`, a download of a repository, or a folder with its files.{lines}"
            ))
        }
        Some(facts) => ScanEvent::Done(Box::new(facts), report),
    })
}

/// How many workers can work at once.
fn cores() -> usize {
    dom::cores().clamp(1, MAX_WORKERS)
}

/// Assigns a job to several workers: the first unpacks, the others read contents for it.
fn start_shared_job(state: &mut PoolState, job: usize) -> Result<(), String> {
    let describe = |e: JsValue| dom::describe_error(&e);
    let files = &state.jobs[job].files;
    let names = files.iter().map(|p| p.name.clone()).collect();
    let scan = to_text(&ToWorker::Scan { given: state.given.clone(), names });
    let assist = to_text(&ToWorker::Assist {});
    let ports = js_sys::Array::new();
    for helper in &state.workers[1..state.sharing] {
        let channel = web_sys::MessageChannel::new().map_err(describe)?;
        let port = channel.port2();
        let envelope = envelope(&assist, &[]);
        let _ = js_sys::Reflect::set(&envelope, &JsValue::from_str("port"), &port);
        helper.worker.post_message_with_transfer(&envelope, &js_sys::Array::of1(&port)).map_err(describe)?;
        ports.push(&channel.port1());
    }
    let envelope = envelope(&scan, files);
    let _ = js_sys::Reflect::set(&envelope, &JsValue::from_str("ports"), &ports);
    state.workers[0].worker.post_message_with_transfer(&envelope, &ports).map_err(describe)?;
    state.workers.iter_mut().take(state.sharing).for_each(|slot| slot.job = Some(job));
    Ok(())
}

fn to_text(message: &ToWorker) -> String {
    // Text and numbers only: this cannot fail.
    serde_json::to_string(message).unwrap_or_default()
}

/// A message with the files that it speaks of.
fn envelope(json: &str, files: &[Picked]) -> JsValue {
    let envelope = js_sys::Object::new();
    let set = |key: &str, value: &JsValue| {
        let _ = js_sys::Reflect::set(&envelope, &JsValue::from_str(key), value);
    };
    set("json", &JsValue::from_str(json));
    if !files.is_empty() {
        let list = js_sys::Array::new();
        files.iter().for_each(|p| {
            list.push(&p.file);
        });
        set("files", &list);
    }
    envelope.into()
}

const VERSION_MISMATCH: &str =
    "The scanner is of another version than the page. Reload the page without the cache (Ctrl+Shift+R) and try again.";
