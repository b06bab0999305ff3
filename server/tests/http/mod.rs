//! The real router on a real port over a real database.

mod access;
mod documentation;
mod enrolment;
mod inspections;
mod pages;
mod photos;
mod problems;
mod sample;
mod server;
mod sign_in;
