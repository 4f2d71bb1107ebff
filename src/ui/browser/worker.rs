//! The scanner workers, seen from the page: started when a scan first needs them, told the rules once, and kept for the
//! next scan.
//!
//! Each archive is a job and jobs go to whoever is free. One archive alone is shared: one worker unpacks it, the others read
//! contents for it.

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

/// Most workers, however many cores there are: each holds its own rules and memory.
const MOST: usize = 8;
/// The most archives after which the workers stay for the next scan. After more than that the page has much to put
/// together and to store, and needs the memory more than the seconds.
const FEW: usize = 40;
/// Most workers that share one archive: unpacking sets the pace.
const SHARING: usize = 4;
/// The largest archive that is shared; what is handed over waits in memory.
const SHARED: f64 = 64.0 * 1024.0 * 1024.0;
/// How thoroughly facts that wait are packed: the fastest way makes them about a sixth of their size.
const PACKING: u8 = 1;
/// The longest message that is unpacked again; facts of one archive stay far below.
const UNPACKED: usize = 1 << 30;

/// What a scan says.
#[derive(Debug, Clone)]
pub enum Said {
    /// What is done before the first file is read, in words.
    Starting(&'static str),
    /// How far it is.
    Progress(Progress),
    /// All is scanned; of so many archives, so many are put together.
    Gathered {
        /// How many are.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// It is done.
    Done(Box<Facts>, Report),
    /// It cannot go on; in plain words.
    Failed(String),
}

/// Where the time of a scan went.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Report {
    /// Workers at work.
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

struct Member {
    worker: web_sys::Worker,
    _message: Closure<dyn FnMut(web_sys::MessageEvent)>,
    _error: Closure<dyn FnMut(web_sys::Event)>,
    stage: Stage,
    /// The job at hand.
    job: Option<usize>,
}

impl Member {
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

impl Drop for Member {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// One job: files that one worker reads, or several together.
struct Job {
    files: Vec<Picked>,
    size: f64,
    progress: Progress,
    ended: Option<Result<Kept, String>>,
}

/// A worker's last message about a job, as it waits for the others: facts as bytes, packed where there are many of them.
enum Kept {
    Plain(Vec<u8>),
    Packed(Box<[u8]>),
}

impl Kept {
    /// The facts and where the time went; none where the message is of another version.
    fn open(self) -> Option<(Facts, Times)> {
        let bytes = match self {
            Self::Plain(bytes) => bytes,
            Self::Packed(bytes) => decompress_to_vec_with_limit(&bytes, UNPACKED).ok()?,
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
struct State {
    members: Vec<Member>,
    jobs: Vec<Job>,
    waiting: VecDeque<usize>,
    given: SortedMap<String, Settings>,
    /// How many workers share the one job; 0 where each has jobs of its own.
    sharing: usize,
    report: Report,
    begun: f64,
    /// Which scan this is; the one before has nothing to say any more.
    number: u32,
    prepare: String,
    said: Option<Rc<dyn Fn(Said)>>,
}

/// The pool of workers. Dropping it ends whatever they do at once and gives their memory back.
#[derive(Default, Clone)]
pub struct Pool(Rc<RefCell<State>>);

impl Pool {
    /// Scans files with rules. `said` hears of progress and of the end; nothing after the end.
    pub fn scan(
        &self,
        rules: &[(String, String)],
        given: SortedMap<String, Settings>,
        picked: &[Picked],
        said: impl Fn(Said) + 'static,
    ) -> Result<(), String> {
        let (loose, archives): (Vec<Picked>, Vec<Picked>) = picked.iter().cloned().partition(|p| is_loose(&p.name));
        let job = |files: Vec<Picked>| {
            let size = files.iter().map(|p| files::size_of(&p.file)).sum();
            Job { files, size, progress: Progress::default(), ended: None }
        };
        let mut jobs: Vec<Job> = archives.into_iter().map(|p| job(vec![p])).collect();
        if !loose.is_empty() {
            jobs.push(job(loose));
        }
        let shared = cores() > 1 && jobs.len() == 1 && jobs.iter().all(|j| j.size <= SHARED && j.files.len() == 1);
        let sharing = if shared { cores().min(SHARING) } else { 0 };
        let wanted = if shared { sharing } else { cores().min(jobs.len()).max(1) };
        let prepare = serde_json::to_string(&ToWorker::Prepare { version: PROTOCOL_VERSION, rules: rules.to_vec() })
            .map_err(|e| e.to_string())?;
        {
            let mut state = self.0.borrow_mut();
            if state.prepare != prepare && !state.prepare.is_empty() {
                state.members.clear();
            }
            state.waiting = (0..jobs.len()).collect();
            state.jobs = jobs;
            state.given = given;
            state.sharing = sharing;
            state.report = Report { workers: wanted, ..Report::default() };
            state.begun = dom::clock();
            state.number += 1;
            state.prepare = prepare;
            state.said = Some(Rc::new(said));
            let State { members, prepare, .. } = &mut *state;
            members.iter_mut().for_each(|member| member.prepare(prepare));
        }
        self.start(wanted)?;
        self.next();
        Ok(())
    }

    /// Starts the workers for so many archives before their rules are there.
    pub fn warm_up(&self, archives: usize) {
        let wanted = if archives == 1 { cores().min(SHARING) } else { cores().min(archives) };
        // The scan starts what is missing, and says why it cannot.
        let _ = self.start(wanted);
    }

    /// Starts workers until there are so many.
    fn start(&self, wanted: usize) -> Result<(), String> {
        let have = self.0.borrow().members.len();
        for index in have..wanted {
            let member = self.member(index)?;
            self.0.borrow_mut().members.push(member);
        }
        Ok(())
    }

    /// Says nothing more of the scan at hand.
    pub fn quiet(&self) {
        let mut state = self.0.borrow_mut();
        state.number += 1;
        state.said = None;
    }

    fn member(&self, index: usize) -> Result<Member, String> {
        let worker = loader::start_scanner()
            .map_err(|e| format!("The scanner could not be started: {}.", dom::describe_error(&e)))?;
        let weak = Rc::downgrade(&self.0);
        let message = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            let Some(state) = weak.upgrade() else { return };
            let bytes = event.data().dyn_into::<js_sys::Uint8Array>().map(|b| dom::take_bytes(&b)).unwrap_or_default();
            if is_done(&bytes) {
                return Self(state).keeps(index, bytes);
            }
            match crate::yaml::from_json::<FromWorker>(&bytes) {
                Ok(said) => Self(state).hears(index, said),
                Err(_) => Self(state).fails(OTHER_VERSION.to_owned()),
            }
        });
        let weak = Rc::downgrade(&self.0);
        let error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let Some(state) = weak.upgrade() else { return };
            let detail = event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message).unwrap_or_default();
            let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
            Self(state).fails(format!(
                "The scanner stopped{detail}. The export may need more memory than the browser gives. Close other tabs or scan with the command line, then try again."
            ));
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        Ok(Member { worker, _message: message, _error: error, stage: Stage::Loading, job: None })
    }

    fn hears(&self, index: usize, said: FromWorker) {
        match said {
            FromWorker::Ready { version } if version != PROTOCOL_VERSION => self.fails(OTHER_VERSION.to_owned()),
            FromWorker::Ready { .. } => {
                let said = {
                    let mut state = self.0.borrow_mut();
                    let State { members, prepare, said, .. } = &mut *state;
                    if let Some(member) = members.get_mut(index) {
                        member.stage = Stage::Ready;
                        member.prepare(prepare);
                    }
                    said.clone().filter(|_| index == 0)
                };
                if let Some(said) = said {
                    said(Said::Starting("reading the rules"));
                }
            }
            FromWorker::Prepared { elapsed } => {
                let said = {
                    let mut state = self.0.borrow_mut();
                    state.report.rules = state.report.rules.max(elapsed);
                    let first = !state.members.iter().any(|m| m.stage == Stage::Prepared);
                    if let Some(member) = state.members.get_mut(index) {
                        member.stage = Stage::Prepared;
                    }
                    state.said.clone().filter(|_| first)
                };
                if let Some(said) = said {
                    said(Said::Starting("opening the files"));
                }
                self.next();
            }
            FromWorker::Progress(progress) => {
                let mut state = self.0.borrow_mut();
                let Some(job) = state.members.get(index).and_then(|m| m.job) else { return };
                state.jobs[job].progress = progress;
                self.tell(state);
            }
            // Told apart before it is read.
            FromWorker::Done { .. } => {}
            FromWorker::Failed { message } => {
                let at_work = self.0.borrow().members.get(index).is_some_and(|m| m.job.is_some());
                if at_work { self.ends(index, Err(message)) } else { self.fails(message) }
            }
        }
    }

    /// Keeps what a worker found until all are done.
    fn keeps(&self, index: usize, message: Vec<u8>) {
        let many = self.0.borrow().jobs.len() > FEW;
        // The box gives back what was set aside for packing.
        let kept = if many { Kept::Packed(compress_to_vec(&message, PACKING).into()) } else { Kept::Plain(message) };
        self.ends(index, Ok(kept));
    }

    fn tell(&self, state: std::cell::RefMut<'_, State>) {
        let mut all = Progress::default();
        for job in &state.jobs {
            all.total += job.size as u64;
            all.bytes += if job.ended.is_some() { job.size as u64 } else { job.progress.bytes };
            all.files += job.progress.files;
            if job.ended.is_none() && !job.progress.repository.is_empty() {
                all.repository.clone_from(&job.progress.repository);
            }
        }
        let said = state.said.clone();
        drop(state);
        if let Some(said) = said {
            said(Said::Progress(all));
        }
    }

    /// Gives work to whoever is free.
    fn next(&self) {
        let mut failed = None;
        {
            let mut state = self.0.borrow_mut();
            let state = &mut *state;
            if state.sharing > 0 {
                let ready = state.members.len() >= state.sharing
                    && state.members.iter().take(state.sharing).all(Member::is_free);
                if ready && let Some(job) = state.waiting.pop_front() {
                    failed = share(state, job).err();
                }
            } else {
                for member in &mut state.members {
                    if member.is_free()
                        && let Some(job) = state.waiting.pop_front()
                    {
                        member.job = Some(job);
                        let files = &state.jobs[job].files;
                        let names = files.iter().map(|p| p.name.clone()).collect();
                        let text = to_text(&ToWorker::Scan { given: state.given.clone(), names });
                        if let Err(error) = member.worker.post_message(&envelope(&text, files)) {
                            failed = Some(dom::describe_error(&error));
                        }
                    }
                }
            }
        }
        if let Some(why) = failed {
            self.fails(format!("The files could not be handed over: {why}."));
        }
    }

    fn ends(&self, index: usize, result: Result<Kept, String>) {
        let whole = {
            let mut state = self.0.borrow_mut();
            let Some(job) = state.members.get_mut(index).and_then(|m| m.job.take()) else { return };
            if state.jobs[job].ended.is_none() {
                state.jobs[job].ended = Some(result);
            }
            if state.sharing > 0 {
                state.members.iter_mut().for_each(|m| m.job = None);
            }
            state.jobs.iter().all(|j| j.ended.is_some())
        };
        if whole {
            self.finish();
        } else {
            self.tell(self.0.borrow_mut());
            self.next();
        }
    }

    fn finish(&self) {
        let (jobs, said, mut report, start, scan) = {
            let mut state = self.0.borrow_mut();
            (mem::take(&mut state.jobs), state.said.take(), state.report, state.begun, state.number)
        };
        let Some(said) = said else { return };
        let many = jobs.len() > FEW;
        if many {
            self.rest();
        }
        let at_work = Rc::downgrade(&self.0);
        dom::spawn(async move {
            let (alone, of) = (jobs.len() == 1, jobs.len());
            let (mut facts, mut failed) = (Gathered::default(), Vec::new());
            let mut begun = dom::clock();
            for (number, job) in jobs.into_iter().enumerate() {
                let why = match job.ended {
                    Some(Ok(kept)) => match kept.open() {
                        Some((more, times)) => {
                            report.times.add(times);
                            facts.add(more);
                            None
                        }
                        None => Some(OTHER_VERSION.to_owned()),
                    },
                    Some(Err(why)) => Some(why),
                    None => None,
                };
                if let Some(why) = why {
                    if alone {
                        return said(Said::Failed(why));
                    }
                    let path = job.files.first().map(|p| p.name.clone()).unwrap_or_default();
                    facts.problems.push(Skipped { path, why: why.clone() });
                    failed.push(why);
                }
                if many && dom::clock() - begun > dom::TURN {
                    said(Said::Gathered { done: number + 1, of });
                    dom::sleep(0).await;
                    // Somebody may have cancelled meanwhile.
                    if at_work.upgrade().is_none_or(|state| state.borrow().number != scan) {
                        return;
                    }
                    begun = dom::clock();
                }
            }
            report.whole = dom::clock() - start;
            said(match facts.whole() {
                None => Said::Failed(failed.join("\n")),
                Some(facts) if facts.repositories.is_empty() && facts.external_reports.is_empty() => {
                    let why = facts.problems.first().map(|p| format!(" ({}: {})", p.path, p.why)).unwrap_or_default();
                    Said::Failed(format!(
                        "No repository was found in what was opened{why}. Open an archive made with `git archive`, a download of a repository, or a folder with its files."
                    ))
                }
                Some(facts) => Said::Done(Box::new(facts), report),
            });
        });
    }

    /// Ends the workers, outside the callback of any of them; the next scan starts them anew.
    fn rest(&self) {
        let members = mem::take(&mut self.0.borrow_mut().members);
        dom::spawn(async move {
            dom::sleep(0).await;
            drop(members);
        });
    }

    fn fails(&self, message: String) {
        let said = {
            let mut state = self.0.borrow_mut();
            state.jobs.clear();
            state.waiting.clear();
            state.said.take()
        };
        match said {
            Some(said) => said(Said::Failed(message)),
            // No scan waits yet: the next one starts its workers anew, and hears what is wrong with them.
            None => self.rest(),
        }
    }
}

/// Facts of many archives on their way to be one.
#[derive(Default)]
struct Gathered {
    first: Option<Facts>,
    rest: Facts,
    problems: Vec<Skipped>,
}

impl Gathered {
    fn add(&mut self, mut more: Facts) {
        self.rest.repositories.append(&mut more.repositories);
        self.rest.external_reports.append(&mut more.external_reports);
        self.problems.append(&mut more.problems);
        self.first.get_or_insert(more);
    }

    /// Merged once, not archive by archive: five hundred repositories come together in one go.
    fn whole(self) -> Option<Facts> {
        let mut facts = self.first?;
        facts.problems = self.problems;
        facts.merge(self.rest);
        Some(facts)
    }
}

/// Most workers that work at once.
fn cores() -> usize {
    dom::cores().clamp(1, MOST)
}

/// Gives one job to several workers: the first unpacks, the others read contents for it.
fn share(state: &mut State, job: usize) -> Result<(), String> {
    let describe = |e: JsValue| dom::describe_error(&e);
    let files = &state.jobs[job].files;
    let names = files.iter().map(|p| p.name.clone()).collect();
    let scan = to_text(&ToWorker::Scan { given: state.given.clone(), names });
    let assist = to_text(&ToWorker::Assist {});
    let ports = js_sys::Array::new();
    for helper in &state.members[1..state.sharing] {
        let channel = web_sys::MessageChannel::new().map_err(describe)?;
        let port = channel.port2();
        let envelope = envelope(&assist, &[]);
        let _ = js_sys::Reflect::set(&envelope, &JsValue::from_str("port"), &port);
        helper.worker.post_message_with_transfer(&envelope, &js_sys::Array::of1(&port)).map_err(describe)?;
        ports.push(&channel.port1());
    }
    let envelope = envelope(&scan, files);
    let _ = js_sys::Reflect::set(&envelope, &JsValue::from_str("ports"), &ports);
    state.members[0].worker.post_message_with_transfer(&envelope, &ports).map_err(describe)?;
    state.members.iter_mut().take(state.sharing).for_each(|member| member.job = Some(job));
    Ok(())
}

fn to_text(message: &ToWorker) -> String {
    // Text and numbers only: this cannot fail.
    serde_json::to_string(message).unwrap_or_default()
}

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

const OTHER_VERSION: &str =
    "The scanner is of another version than the page. Reload the page without the cache (Ctrl+Shift+R) and try again.";
