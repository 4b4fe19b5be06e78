"""What comes in: forms, sheets, drafts and papers, judged before they become a claim."""
