//! What is drawn by the dice.

use jicha_tests::time::Dice;
use rust_decimal::Decimal;

/// So many digits.
pub fn digits(dice: &mut Dice, count: usize) -> String {
    (0..count)
        .map(|_| char::from(b'0' + dice.below(10) as u8))
        .collect()
}

/// One of several.
pub fn one_of<'a>(dice: &mut Dice, choices: &[&'a str]) -> &'a str {
    choices[dice.below(choices.len() as u64) as usize]
}

/// A decimal from `from` to below `to`, both in units of the last of `places`.
pub fn decimal(dice: &mut Dice, from: i64, to: i64, places: u32) -> Decimal {
    Decimal::new(from + dice.below((to - from) as u64) as i64, places)
}

/// Thirty-two bytes that nothing compresses.
pub fn hash(dice: &mut Dice) -> [u8; 32] {
    std::array::from_fn(|_| dice.below(256) as u8)
}
