//! A number that stays nearly the same when a picture is coded anew or made smaller.

use std::f64::consts::PI;

use crate::raster::Luma;

/// A number that stays nearly the same when a picture is coded anew or made smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerceptualHash(pub u64);

impl PerceptualHash {
    /// How many of the 64 bits differ.
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

/// Side of the small picture that is transformed.
const SIDE: usize = 32;
/// Frequencies that are used in each direction.
const FREQUENCIES: usize = 8;

/// The hash of a picture. It is averaged down to 32 × 32, and the lowest 8 × 8 frequencies of its discrete cosine
/// transform, without the constant ones, each give one bit: whether it is above the median of all (the scheme of
/// Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, section 3.2.1).
pub(crate) fn hash(luma: &Luma) -> PerceptualHash {
    let frequencies = lowest_frequencies(&averaged(luma));
    let mut sorted = frequencies;
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = f64::midpoint(sorted[middle - 1], sorted[middle]);
    let bits = frequencies
        .iter()
        .fold(0, |bits, value| bits << 1 | u64::from(*value > median));
    PerceptualHash(bits)
}

/// The mean of what lies in each of 32 × 32 cells. A pixel counts for the cell that its centre lies in; in a picture
/// with fewer pixels than cells, each cell takes the pixel under its centre.
fn averaged(luma: &Luma) -> [[f64; SIDE]; SIDE] {
    let (width, height) = (luma.width as usize, luma.height as usize);
    let mut cells = [[0.0; SIDE]; SIDE];
    for (row, cells) in cells.iter_mut().enumerate() {
        let lines = span(row, height);
        for (column, cell) in cells.iter_mut().enumerate() {
            let columns = span(column, width);
            let count = (lines.len() * columns.len()) as f64;
            let sum: u64 = lines
                .clone()
                .flat_map(|line| &luma.pixels[line * width..][columns.clone()])
                .map(|pixel| u64::from(*pixel))
                .sum();
            *cell = sum as f64 / count;
        }
    }
    cells
}

/// The pixels of one cell along a side of so many pixels; at least one.
fn span(cell: usize, side: usize) -> std::ops::Range<usize> {
    let begin = cell * side / SIDE;
    let end = ((cell + 1) * side / SIDE).max(begin + 1);
    begin..end
}

fn lowest_frequencies(cells: &[[f64; SIDE]; SIDE]) -> [f64; FREQUENCIES * FREQUENCIES] {
    let waves: [[f64; SIDE]; FREQUENCIES] = std::array::from_fn(|frequency| {
        std::array::from_fn(|at| (PI / SIDE as f64 * (at as f64 + 0.5) * (frequency + 1) as f64).cos())
    });
    let across: [[f64; FREQUENCIES]; SIDE] =
        std::array::from_fn(|row| std::array::from_fn(|frequency| dot(&cells[row], &waves[frequency])));
    std::array::from_fn(|at| {
        let (down, frequency) = (at / FREQUENCIES, at % FREQUENCIES);
        let column: [f64; SIDE] = std::array::from_fn(|row| across[row][frequency]);
        dot(&column, &waves[down])
    })
}

fn dot(left: &[f64; SIDE], right: &[f64; SIDE]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
