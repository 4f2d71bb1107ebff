//! Archives and folders that a person opened, read into a sink.

use std::collections::{BTreeMap, BTreeSet};

use super::blob;
use crate::{
    archive::{
        self, ExportError, HostExportDetector, LayoutDetector, Limits, ReaderAt, RepositoryMeta, Sink,
        format::{self, Decoder, Support},
    },
    protocol::is_loose,
};

/// Reads archives and folders into a sink.
pub(super) fn read(sink: &mut dyn Sink, names: &[String], files: &[web_sys::File]) -> Result<(), String> {
    let limits = Limits::default();
    let inputs: Vec<(&str, &web_sys::File)> = names.iter().map(String::as_str).zip(files).collect();
    let (loose, archives): (Vec<_>, Vec<_>) = inputs.into_iter().partition(|(name, _)| is_loose(name));
    for (name, file) in archives {
        let plain = name.rsplit('/').next().unwrap_or(name);
        archive(plain, file, &limits, sink).map_err(|e| e.to_string())?;
        sink.next_input();
    }
    folders(&loose, &limits, sink).map_err(|e| e.to_string())
}

fn archive(name: &str, file: &web_sys::File, limits: &Limits, sink: &mut dyn Sink) -> Result<(), ExportError> {
    let blocks = blob::Blocks::new(file);
    let mut head = [0; 4];
    let read = blocks.read_at(&mut head, 0).unwrap_or(0);
    if format::detect(&head[..read]) == Some(Support::Read(Decoder::Zip)) {
        let length = blocks.length;
        archive::read_zip_at(name, blocks, length, limits, sink)
    } else {
        archive::read_stream(name, &mut blob::Forward { blocks, at: 0 }, limits, sink)
    }
}

fn folders(loose: &[(&str, &web_sys::File)], limits: &Limits, sink: &mut dyn Sink) -> Result<(), ExportError> {
    let top = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    let mut tops = BTreeSet::new();
    tops.extend(loose.iter().map(|(path, _)| top(path)));
    for folder in tops {
        let files: Vec<_> =
            loose.iter().filter(|(path, _)| top(path) == folder && archive::folder_entry(path).is_some()).collect();
        let mut detector = LayoutDetector::new(&folder);
        let mut host_exports = HostExportDetector::default();
        for (path, _) in &files {
            detector.observe(path);
            host_exports.observe(path);
        }
        if let Some(kind) = host_exports.kind_of(&folder) {
            return Err(ExportError::HostExport { name: folder, kind });
        }
        let layout = detector.decide();
        let mut dates = BTreeMap::<String, i64>::new();
        for (path, file) in files {
            let Some((outer, inner)) = layout.split(path) else {
                sink.skipped("", path, "it lies outside every repository");
                continue;
            };
            let repository = layout.name(outer);
            let modified = (file.last_modified() / 1000.0) as i64;
            let date = dates.entry(repository.clone()).or_insert(0);
            if modified > *date {
                *date = modified;
                sink.repository(&repository, &RepositoryMeta { commit: None, date: Some(modified) });
            }
            sink.next_input();
            let mut whole = || blob::slice(file, 0, file.size() as u64);
            archive::read_file(&repository, inner, file.size() as u64, &mut whole, limits, sink)?;
        }
    }
    sink.next_input();
    Ok(())
}
