//! A buffered reader whose next bytes can be looked at.

use std::io::{self, BufRead, Read};

use super::meter::Meter;

/// Bytes of the buffer; at most as many can be peeked at.
const CAPACITY: usize = 64 << 10;

/// A buffered reader whose next bytes can be looked at, and which counts what is consumed.
pub(super) struct PeekReader<'r, 'l> {
    reader: &'r mut dyn Read,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// Counts consumed bytes as input, where the reader is that of the outermost archive.
    meter: Option<&'r Meter<'l>>,
}

impl<'r, 'l> PeekReader<'r, 'l> {
    pub(super) fn new(reader: &'r mut dyn Read, meter: Option<&'r Meter<'l>>) -> Self {
        PeekReader { reader, buffer: vec![0; CAPACITY].into_boxed_slice(), start: 0, end: 0, meter }
    }

    /// Reads once into the free end of the buffer.
    fn read_more(&mut self) -> io::Result<usize> {
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(length) => {
                    self.end += length;
                    return Ok(length);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// The next bytes without consuming them: `length`, or fewer at the end.
    pub(super) fn peek(&mut self, length: usize) -> io::Result<&[u8]> {
        if self.end - self.start < length {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            while self.end < length && self.read_more()? > 0 {}
        }
        Ok(&self.buffer[self.start..self.end.min(self.start + length)])
    }

    /// Consumes buffered bytes without counting them.
    pub(super) fn consume_uncounted(&mut self, length: usize) {
        self.start = (self.start + length).min(self.end);
    }
}

impl Read for PeekReader<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let length = ready.len().min(out.len());
        out[..length].copy_from_slice(&ready[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for PeekReader<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
            self.read_more()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, length: usize) {
        self.consume_uncounted(length);
        if let Some(meter) = self.meter {
            meter.add_input(length as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Drip<'b>(&'b [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let length = out.len().min(1);
            self.0.read(&mut out[..length])
        }
    }

    #[test]
    fn peeking_consumes_nothing() {
        let mut drip = Drip(b"abcdef");
        let mut reader = PeekReader::new(&mut drip, None);
        assert_eq!(reader.peek(3).unwrap(), b"abc");
        let mut two = [0; 2];
        reader.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"ab");
        assert_eq!(reader.peek(10).unwrap(), b"cdef");
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"cdef");
        assert_eq!(reader.peek(1).unwrap(), b"");
    }
}
