//! Taking back the last edit.

use jicha_domain::id::InspectionId;
use jicha_domain::inspection::InspectionState;
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Error as RecordError, inspection};
use jicha_store::undone;

use crate::device::{self, Opened};
use crate::{Device, Error};

impl Device {
    /// Undoes this device's last edit of an inspection; called again, the one before. A signature can be taken
    /// back only while it has not left the device.
    pub fn undo(&self, id: InspectionId) -> Result<(), Error> {
        let mut connection = self.connection();
        let enrolment = device::enrolled(&connection)?;
        let (Opened { stored, mut document }, inspection) = self.open_inspection(&connection, id)?;
        let number = stored.number.ok_or(Error::NothingToUndo)?;
        let newest = undone::newest(&connection, number, device::actor(&enrolment))?;
        let undoable = newest.ok_or(Error::NothingToUndo)?;
        if inspection.state() == InspectionState::Signed && !undoable.unsent {
            let place = InspectionEdit::Finish(self.now()).place();
            return Err(Error::Record(RecordError::Signed { place }));
        }
        let changes = document.undo(self.now(), undoable.hash)?;
        let transaction = connection.transaction()?;
        let sequences = device::commit_local(&transaction, &stored, &document, &changes)?;
        undone::note(&transaction, undoable.sequence, &sequences)?;
        transaction.commit()?;
        debug_assert!(inspection::read(document.id(), document.content()).is_ok());
        Ok(())
    }
}
