/**
 * R27: the smallest site with a logout. The promise: two routes and one view that logs out make a whole program.
 */
import { createPostern, logout, path, redirect, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

// Logout view function
const logoutView: View = async (request) => {
  await logout(request)
  return redirect('home')
}

// Simple home view to redirect to after logout
const home: View = () => text('Welcome to the homepage!')

// URL patterns
const urls = [path('logout/', logoutView, { name: 'logout' }), path('home/', home, { name: 'home' })]

await serve(createPostern({ secretKey: process.env.SECRET_KEY, database: memory(), urls }))
