//! Photos: uploading by tus, refusing, deriving, showing.

mod cutting;
mod deriving;
mod joining;
mod keeping;
mod no_room;
mod phone;
mod refusing;
mod seeing;
mod uploading;
