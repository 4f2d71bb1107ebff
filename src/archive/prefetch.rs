//! Unpacks gzip on a second thread, some chunks ahead of what reads the files in it: unpacking and scanning then take the
//! time of the slower one. Only where there are threads; in the browser a second worker does this.

use std::{
    io::{self, BufReader, Read},
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
};

use super::{gzip::GzipReader, meter::Meter};

/// Unpacked bytes of one chunk.
const CHUNK: usize = 256 << 10;
/// Chunks that wait at most.
const QUEUE: usize = 4;

/// Unpacked bytes, and how many bytes of input make them and all before.
type Chunk = io::Result<(Vec<u8>, u64)>;

/// Counts the bytes that are read.
struct CountingReader<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out)?;
        self.count += length as u64;
        Ok(length)
    }
}

/// The chunks as a reader.
struct ChunkReader<'m, 'l> {
    chunks: Receiver<Chunk>,
    /// Gives buffers back to be filled again.
    spent: Sender<Vec<u8>>,
    chunk: Vec<u8>,
    at: usize,
    /// Bytes of input behind all chunks received.
    input: u64,
    meter: &'m Meter<'l>,
}

impl Read for ChunkReader<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() {
            // The other end is gone when all is unpacked.
            let Ok(next) = self.chunks.recv() else { return Ok(0) };
            let (chunk, input) = next?;
            self.meter.add_input(input - self.input);
            self.input = input;
            self.at = 0;
            // Where nobody unpacks any more, nobody needs buffers.
            let _ = self.spent.send(std::mem::replace(&mut self.chunk, chunk));
        }
        let length = out.len().min(self.chunk.len() - self.at);
        out[..length].copy_from_slice(&self.chunk[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// Calls `read` with what `packed` holds, unpacked ahead on a second thread.
pub(super) fn read_ahead<T>(packed: impl Read + Send, meter: &Meter<'_>, read: impl FnOnce(&mut dyn Read) -> T) -> T {
    let (chunk_sender, chunks) = sync_channel(QUEUE);
    let (spent, spent_buffers) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || unpack(packed, &chunk_sender, &spent_buffers));
        read(&mut ChunkReader { chunks, spent, chunk: Vec::new(), at: 0, input: 0, meter })
    })
}

/// Unpacks until the end, an error, or until nobody reads any more.
fn unpack(packed: impl Read, chunks: &SyncSender<Chunk>, spent_buffers: &Receiver<Vec<u8>>) {
    let input = BufReader::with_capacity(64 << 10, CountingReader { inner: packed, count: 0 });
    let mut gzip = GzipReader::new(input);
    loop {
        let mut chunk: Vec<u8> = spent_buffers.try_recv().unwrap_or_default();
        chunk.resize(CHUNK, 0);
        let (length, result) = fill(&mut gzip, &mut chunk);
        chunk.truncate(length);
        // What lies in the buffer is not unpacked yet; the limit on the ratio needs the exact number.
        let input = gzip.get_ref();
        let consumed = input.get_ref().count - input.buffer().len() as u64;
        if length > 0 && chunks.send(Ok((chunk, consumed))).is_err() {
            return;
        }
        if let Err(error) = result {
            // Where nobody reads any more, nobody needs the error.
            let _ = chunks.send(Err(error));
            return;
        }
        if length < CHUNK {
            return;
        }
    }
}

/// Reads until `out` is full or the reader ends; gives how much was read before the end or the error.
fn fill(reader: &mut impl Read, out: &mut [u8]) -> (usize, io::Result<()>) {
    let mut length = 0;
    while length < out.len() {
        match reader.read(&mut out[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (length, Err(error)),
        }
    }
    (length, Ok(()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::archive::limits::Limits;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack_all(packed: &[u8]) -> (Vec<u8>, io::Result<usize>) {
        let limits = Limits::default();
        let meter = Meter::new("a", &limits);
        let mut out = Vec::new();
        let result = read_ahead(packed, &meter, |unpacked| unpacked.read_to_end(&mut out));
        (out, result)
    }

    #[test]
    fn chunks_come_in_order_and_whole() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 7 * CHUNK + 5] {
            let content: Vec<u8> = (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
            let (out, result) = unpack_all(&gzip(&content));
            assert_eq!(result.unwrap(), length);
            assert!(out == content, "{length}");
        }
    }

    #[test]
    fn an_error_comes_behind_what_was_unpacked_before_it() {
        let content: Vec<u8> = (0..4 * CHUNK as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let packed = gzip(&content);
        let (out, result) = unpack_all(&packed[..packed.len() / 2]);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(out.len() > CHUNK && content.starts_with(&out));
    }

    #[test]
    fn a_reader_that_stops_early_ends_the_thread() {
        let limits = Limits::default();
        let meter = Meter::new("a", &limits);
        let packed = gzip(&vec![0; 100 * CHUNK]);
        let mut first = [0; 1];
        read_ahead(packed.as_slice(), &meter, |unpacked| unpacked.read_exact(&mut first)).unwrap();
    }
}
