"""Made-up requests and crisis events, to look at the console before anybody real has written."""
