"""One file a subject: facts measured on a study, and the claims that rest on them."""
