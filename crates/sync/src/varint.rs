//! Numbers of varying length in bytes: LEB128, as Automerge and postcard write them.

/// Appends an unsigned number.
pub(crate) fn push_u64(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Appends a signed number as Automerge's chunks have it: two's complement, cut where only the sign repeats.
pub(crate) fn push_sleb128(bytes: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = value as u8 & 0x7f;
        value >>= 7;
        let sign_only = (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0);
        if sign_only {
            bytes.push(byte);
            return;
        }
        bytes.push(byte | 0x80);
    }
}

/// Appends the way from one number to another, so that small steps in either direction are short.
pub(crate) fn push_step(bytes: &mut Vec<u8>, from: u64, to: u64) {
    let step = to.wrapping_sub(from) as i64;
    push_u64(bytes, ((step << 1) ^ (step >> 63)) as u64);
}

/// Reads what the functions above wrote. Every method is `None` at the end of the bytes or on a number that is
/// too long.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N as u64)?.try_into().ok()
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return None;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn sleb128(&mut self) -> Option<i64> {
        let mut value = 0_i64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let negative = byte & 0x40 != 0 && shift + 7 < 64;
                return Some(if negative {
                    value | (-1 << (shift + 7))
                } else {
                    value
                });
            }
        }
        None
    }

    /// The number that a step leads to.
    pub(crate) fn step(&mut self, from: u64) -> Option<u64> {
        let zigzag = self.u64()?;
        let step = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
        Some(from.wrapping_add(step as u64))
    }

    pub(crate) fn length_prefixed(&mut self) -> Option<&'a [u8]> {
        let length = self.u64()?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back(unsigned: u64, signed: i64, from: u64) {
            let mut bytes = Vec::new();
            push_u64(&mut bytes, unsigned);
            push_sleb128(&mut bytes, signed);
            push_step(&mut bytes, from, unsigned);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.u64(), Some(unsigned));
            prop_assert_eq!(reader.sleb128(), Some(signed));
            prop_assert_eq!(reader.step(from), Some(unsigned));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.u64().is_some() {}
            let mut reader = Reader::new(&bytes);
            while reader.sleb128().is_some() {}
        }
    }

    #[test]
    fn a_number_beyond_64_bits_is_refused() {
        assert_eq!(Reader::new(&[0xff; 10]).u64(), None);
        assert_eq!(
            Reader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]).u64(),
            Some(u64::MAX)
        );
    }
}
