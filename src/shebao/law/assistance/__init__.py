"""社会救助: what is given to who has too little, after insurance."""
