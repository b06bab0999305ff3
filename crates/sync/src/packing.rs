//! zstd, held to fixed amounts of memory.
//!
//! The frames of changes of one message share one zstd stream, which is flushed at the end of each frame. So
//! a frame is readable as soon as it is there, and still costs no more than if the message were compressed as a
//! whole: a name or a column that occurred in an earlier frame is only pointed at.

use zstd::stream::raw::{CParameter, DParameter, Decoder, Encoder, InBuffer, Operation, OutBuffer};

/// How much work goes into packing. The receiver need not know. Measured with `examples/wire_size`, 1,000
/// inspections on one core of a server: level 9 gives 532 kB in 0.14 s, level 16 gives 486 kB in 0.45 s, and
/// beyond that it takes longer for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// For a device: 10 % less on a slow link is worth half a millisecond for each inspection.
    Device = 16,
    /// For a server, which answers many at once.
    Server = 9,
}

/// How far back a frame may point: 512 KiB, which is also about what each end holds in memory.
const WINDOW_LOG: u32 = 19;
/// Content below this is not worth the attempt.
const ALONE_BYTES_MIN: usize = 128;

/// One frame's content on its own, or `None` if packing does not make it smaller.
pub(crate) fn pack_alone(content: &[u8], effort: Effort) -> Option<Vec<u8>> {
    if content.len() < ALONE_BYTES_MIN {
        return None;
    }
    let packed = zstd::bulk::compress(content, effort as i32).ok()?;
    (packed.len() < content.len()).then_some(packed)
}

/// The opposite of [`pack_alone`]; never makes more than `length` bytes.
pub(crate) fn unpack_alone(packed: &[u8], length: usize) -> Result<Vec<u8>, &'static str> {
    let content = zstd::bulk::decompress(packed, length).map_err(|_| "a zstd frame of the raw length")?;
    if content.len() == length {
        Ok(content)
    } else {
        Err("as many bytes as the raw length says")
    }
}

/// The sending end of a message's stream.
pub(crate) struct Packer {
    encoder: Encoder<'static>,
}

impl Packer {
    pub(crate) fn new(effort: Effort) -> Self {
        let encoder = Encoder::new(effort as i32).and_then(|mut encoder| {
            encoder.set_parameter(CParameter::WindowLog(WINDOW_LOG))?;
            encoder.set_parameter(CParameter::ContentSizeFlag(false))?;
            Ok(encoder)
        });
        Packer {
            encoder: encoder.expect("level and window are within zstd's bounds"),
        }
    }

    /// The next piece of the stream.
    pub(crate) fn pack(&mut self, content: &[u8]) -> Vec<u8> {
        const INVARIANT: &str = "zstd compresses any bytes into a growing buffer";
        let mut packed = vec![0; zstd::zstd_safe::compress_bound(content.len()) + 64];
        let mut input = InBuffer::around(content);
        let mut output = OutBuffer::around(packed.as_mut_slice());
        while input.pos() < content.len() {
            self.encoder.run(&mut input, &mut output).expect(INVARIANT);
        }
        let left = self.encoder.flush(&mut output).expect(INVARIANT);
        assert_eq!(left, 0, "the bound covers a flushed piece");
        let length = output.pos();
        packed.truncate(length);
        packed
    }
}

/// The most bytes that a piece of the stream can have.
pub(crate) fn packed_bound(length: u64) -> u64 {
    length + (length >> 8) + 128
}

/// The receiving end of a message's stream.
pub(crate) struct Unpacker {
    decoder: Decoder<'static>,
}

impl Unpacker {
    pub(crate) fn new() -> Self {
        let decoder = Decoder::new().and_then(|mut decoder| {
            decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG))?;
            Ok(decoder)
        });
        Unpacker {
            decoder: decoder.expect("the window is within zstd's bounds"),
        }
    }

    /// Reads the next piece, which must give exactly `length` bytes and be used up by that.
    pub(crate) fn unpack(&mut self, packed: &[u8], length: usize) -> Result<Vec<u8>, &'static str> {
        // One byte more than expected, to see whether there is one.
        let mut content = vec![0; length + 1];
        let mut input = InBuffer::around(packed);
        let mut output = OutBuffer::around(content.as_mut_slice());
        loop {
            let before = (input.pos(), output.pos());
            self.decoder
                .run(&mut input, &mut output)
                .map_err(|_| "a piece of a zstd stream")?;
            if output.pos() > length {
                return Err("no more bytes than the raw length says");
            }
            if (input.pos(), output.pos()) == before {
                break;
            }
        }
        if input.pos() < packed.len() || output.pos() < length {
            return Err("as many bytes as the raw length says");
        }
        content.truncate(length);
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_pieces_of_a_stream_come_back_one_by_one(
            pieces in prop::collection::vec(prop::collection::vec(0_u8..4, 0..3000), 0..8)
        ) {
            let (mut packer, mut unpacker) = (Packer::new(Effort::Device), Unpacker::new());
            for piece in pieces {
                let packed = packer.pack(&piece);
                prop_assert!(packed.len() as u64 <= packed_bound(piece.len() as u64));
                prop_assert_eq!(unpacker.unpack(&packed, piece.len()), Ok(piece));
            }
        }
    }

    #[test]
    fn a_piece_that_gives_more_than_it_says_is_refused() {
        let packed = Packer::new(Effort::Device).pack(&[0; 100_000]);
        assert!(packed.len() < 100);
        assert_eq!(
            Unpacker::new().unpack(&packed, 10),
            Err("no more bytes than the raw length says")
        );
        assert_eq!(
            Unpacker::new().unpack(&packed, 99_999),
            Err("no more bytes than the raw length says")
        );
        assert_eq!(
            Unpacker::new().unpack(&packed, 100_001),
            Err("as many bytes as the raw length says")
        );
        assert_eq!(Unpacker::new().unpack(&packed, 100_000), Ok(vec![0; 100_000]));
    }

    #[test]
    fn large_incompressible_pieces_fit_into_the_bound() {
        let mut state = 1_u64;
        let piece: Vec<u8> = (0..1_500_000)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            })
            .collect();
        let packed = Packer::new(Effort::Device).pack(&piece);
        assert!(packed.len() as u64 <= packed_bound(piece.len() as u64));
        assert_eq!(Unpacker::new().unpack(&packed, piece.len()), Ok(piece));
    }
}
