from kelex_drone import app

app.run()
